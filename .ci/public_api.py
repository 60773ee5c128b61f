#!/usr/bin/env python3
"""The public interface of the library as text: `public-api.txt`, a line an item.

`python3 .ci/public_api.py` writes it anew, `--check` says whether it is current. It is read from rustdoc's JSON, whose
format may change with the compiler; of this compiler it needs no nightly.
"""
import difflib, json, os, pathlib, re, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE = ROOT / "public-api.txt"
# Implementations that say nothing of the interface, or that every type has.
COMMON = {"Send", "Sync", "Freeze", "Unpin", "UnwindSafe", "RefUnwindSafe", "UnsafeUnpin", "StructuralPartialEq"}


def rustdoc():
    """Rustdoc's description of the library. Only rustdoc gets the switch, so that nothing is compiled again for it."""
    with tempfile.TemporaryDirectory() as folder:
        wrapper = pathlib.Path(folder, "rustdoc")
        wrapper.write_text('#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec rustdoc "$@"\n')
        wrapper.chmod(0o755)
        target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        command = ["cargo", "rustdoc", "--quiet", "--lib", "--", "-Zunstable-options", "--output-format=json"]
        subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "RUSTDOC": str(wrapper)})
        return json.loads((target / "doc/genlisp.json").read_text())


class Api:
    def __init__(self, description):
        self.index, self.lines, self.bare = description["index"], set(), []
        self.module(self.item(description["root"]), "genlisp")

    def item(self, number):
        return self.index.get(str(number))

    def add(self, path, text):
        self.lines.add(f"{path}: {text}")

    def documented(self, item, path):
        if not item["docs"]:
            self.bare.append(path)

    def module(self, module, path):
        for number in module["inner"]["module"]["items"]:
            item = self.item(number)
            if item and "use" in item["inner"]:
                use = item["inner"]["use"]
                self.named(self.item(use["id"]), f"{path}::{use['name']}", use)
            elif item:
                self.named(item, f"{path}::{item['name']}", None)

    def named(self, item, path, use):
        if item is None:
            return self.add(path, f"use {use['source']}")
        self.documented(item, path)
        (kind, inner), = item["inner"].items()
        if kind == "module":
            self.add(path, "mod")
            self.module(item, path)
        elif kind == "function":
            self.add(path, function(inner))
        elif kind in ("struct", "enum", "trait", "union"):
            open_ = "#[non_exhaustive] " if "non_exhaustive" in map(attribute, item["attrs"]) else ""
            bounds = joined(": ", inner.get("bounds", []), bound, " + ")
            self.add(path, f"{open_}{kind}{generics(inner['generics'])}{bounds}{where(inner['generics'])}")
            self.members(inner, kind, path)
        elif kind == "type_alias":
            self.add(path, f"type{generics(inner['generics'])} = {type_(inner['type'])}")
        elif kind in ("constant", "static"):
            self.add(path, f"{kind} {type_(inner['type'])}")
        else:
            self.add(path, kind)

    def members(self, inner, kind, path):
        fields = inner.get("variants", []) + inner.get("items", [])
        shape = inner.get("kind")
        if isinstance(shape, dict):
            fields += shape.get("plain", {}).get("fields", []) + shape.get("tuple", [])
        for number in fields:
            if member := self.item(number):
                self.member(member, path, kind == "trait")
        for number in inner.get("impls", []):
            self.impl(self.item(number), path)

    def member(self, item, path, of_trait=False):
        if not (of_trait or item["visibility"] in ("public", "default")):
            return
        (kind, inner), = item["inner"].items()
        path = f"{path}::{item['name']}"
        self.documented(item, path)
        if kind == "function":
            provided = "provided " if of_trait and inner["has_body"] else ""
            self.add(path, provided + function(inner))
        elif kind == "struct_field":
            self.add(path, type_(inner))
        elif kind == "variant":
            self.variant(inner, path)
        elif kind == "assoc_type":
            self.add(path, "type" + joined(": ", inner["bounds"], bound, " + "))
        elif kind == "assoc_const":
            self.add(path, f"const {type_(inner['type'])}")

    def variant(self, inner, path):
        kind = inner["kind"]
        fields = [] if kind == "plain" else kind.get("tuple") or kind["struct"]["fields"]
        named = [(field["name"], type_(field["inner"]["struct_field"])) for field in map(self.item, fields) if field]
        self.add(path, "variant" + joined(" ", named, lambda field: f"{field[0]}: {field[1]}"))

    def impl(self, item, path):
        if item is None or "impl" not in item["inner"]:
            return
        inner = item["inner"]["impl"]
        if inner["is_synthetic"] or inner["blanket_impl"]:
            return
        if inner["trait"] is None:
            for number in inner["items"]:
                if member := self.item(number):
                    self.member(member, path)
        elif inner["trait"]["path"].split("::")[-1] not in COMMON:
            self.add(path, f"impl{generics(inner['generics'])} {path_(inner['trait'])} for {type_(inner['for'])}")


def attribute(attr):
    return attr if isinstance(attr, str) else next(iter(attr))


def joined(before, parts, show, between=", "):
    parts = list(parts)
    return before + between.join(map(show, parts)) if parts else ""


def function(inner):
    signature, header = inner["sig"], inner["header"]
    words = "".join(f"{word} " for word in ("const", "async", "unsafe") if header[f"is_{word}"])
    inputs = ", ".join(f"{name}: {type_(kind)}" for name, kind in signature["inputs"])
    inputs = re.sub(r"^self: (&?(?:mut )?)Self", r"\1self", inputs)
    output = f" -> {type_(signature['output'])}" if signature["output"] else ""
    return f"{words}fn{generics(inner['generics'])}({inputs}){output}{where(inner['generics'])}"


def generics(of):
    shown = [text for text in map(parameter, of["params"]) if text]
    return f"<{', '.join(shown)}>" if shown else ""


def parameter(of):
    (kind, inner), = of["kind"].items()
    if kind == "lifetime":
        return of["name"]
    if kind == "const":
        return f"const {of['name']}: {type_(inner['type'])}"
    return None if inner["is_synthetic"] else of["name"] + joined(": ", inner["bounds"], bound, " + ")


def where(of):
    def predicate(of):
        (kind, inner), = of.items()
        if kind == "bound_predicate":
            return type_(inner["type"]) + joined(": ", inner["bounds"], bound, " + ")
        return json.dumps(of, sort_keys=True)

    return joined(" where ", of["where_predicates"], predicate)


def bound(of):
    (kind, inner), = of.items()
    if kind == "trait_bound":
        return ("?" if inner["modifier"] == "maybe" else "") + path_(inner["trait"])
    return inner if kind == "outlives" else kind


def path_(of):
    return of["path"].split("::")[-1] + arguments(of.get("args"))


def arguments(of):
    if not of:
        return ""
    (kind, inner), = of.items()
    if kind == "parenthesized":
        output = f" -> {type_(inner['output'])}" if inner["output"] else ""
        return f"({', '.join(map(type_, inner['inputs']))}){output}"
    shown = [argument(each) for each in inner["args"]]
    for constraint in inner["constraints"]:
        (how, what), = constraint["binding"].items()
        if how == "equality":
            (_, value), = what.items()
            shown.append(f"{constraint['name']} = {type_(value)}")
        else:
            shown.append(constraint["name"] + joined(": ", what, bound, " + "))
    return f"<{', '.join(shown)}>" if shown else ""


def argument(of):
    if isinstance(of, str):
        return of
    (kind, inner), = of.items()
    return {"lifetime": lambda: inner, "type": lambda: type_(inner), "const": lambda: inner["expr"]}[kind]()


def type_(of):
    (kind, inner), = of.items()
    if kind == "resolved_path":
        return path_(inner)
    if kind in ("generic", "primitive"):
        return "!" if inner == "never" else inner
    if kind in ("borrowed_ref", "raw_pointer"):
        start = "&" if kind == "borrowed_ref" else "*"
        lifetime = f"{inner['lifetime']} " if inner.get("lifetime") else ""
        return start + lifetime + ("mut " if inner["is_mutable"] else "") + type_(inner["type"])
    if kind == "tuple":
        return f"({', '.join(map(type_, inner))})"
    if kind == "slice":
        return f"[{type_(inner)}]"
    if kind == "array":
        return f"[{type_(inner['type'])}; {inner['len']}]"
    if kind == "impl_trait":
        return joined("impl ", inner, bound, " + ")
    if kind == "dyn_trait":
        lifetime = [inner["lifetime"]] if inner["lifetime"] else []
        return "dyn " + " + ".join([path_(each["trait"]) for each in inner["traits"]] + lifetime)
    if kind == "qualified_path":
        of = f" as {path_(inner['trait'])}" if inner["trait"] and inner["trait"]["path"] else ""
        return f"<{type_(inner['self_type'])}{of}>::{inner['name']}"
    if kind == "function_pointer":
        signature = inner["sig"]
        output = f" -> {type_(signature['output'])}" if signature["output"] else ""
        return f"fn({', '.join(type_(each) for _, each in signature['inputs'])}){output}"
    return kind


def main():
    api = Api(rustdoc())
    if api.bare:
        print(*sorted(api.bare), "These say nothing of themselves: document them.", sep="\n")
        return 1
    text = "".join(f"{line}\n" for line in sorted(api.lines))
    if sys.argv[1:] != ["--check"]:
        return FILE.write_text(text) and 0
    before = FILE.read_text().splitlines() if FILE.exists() else []
    changes = list(difflib.unified_diff(before, text.splitlines(), "public-api.txt", "the library", lineterm="", n=0))
    if changes:
        print(*changes, "The public interface has changed: run `python3 .ci/public_api.py`, and look.", sep="\n")
    return bool(changes)


if __name__ == "__main__":
    sys.exit(main())
