"""Where a source file can be mutated, found by its tokens.

A point is an expression or statement on one line with what it becomes; `{on}` in it asks whether the mutant is on. What is
found need not compile (the build drops what does not), but with the mutant off it must mean what it meant.
"""
import collections, re
from source import OPEN, PRECEDENCE, Reject, Source

Point = collections.namedtuple("Point", "file line kind start end before after text")
COMPARE = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "/"}
LOGIC = {"&&": "||", "||": "&&"}
UPDATE = {"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*="}
PAIRS = [("min", "max"), ("any", "all"), ("first", "last"), ("floor", "ceil"), ("starts_with", "ends_with"),
         ("wrapping_add", "wrapping_sub")]
SWAP = {a: b for pair in PAIRS for a, b in (pair, pair[::-1])}
KINDS = ["if", "compare", "logic", "arithmetic", "sign", "number", "bool", "not", "swap", "update", "remove"]


class Finder(Source):
    """A source file and its points."""

    def points(self):
        for i in range(1, len(self.tokens) - 1):
            if i in self.dead:
                continue
            try:
                yield from self.points_at(i)
            except (Reject, KeyError, IndexError):
                pass

    def point(self, kind, first, last, after, shown):
        """A point from one token to another; `after` is made of its text."""
        start, end = self.tokens[first].start, self.tokens[last].end
        if self.line(first) == self.line(last) and "\n" not in self.text[start:end] and first not in self.dead:
            before = self.text[start:end]
            line = self.line(first)
            text = self.text[self.lines[line - 1]:].split("\n", 1)[0].strip()
            yield Point(self.name, line, kind, start, end, before, after.replace("{{}}", before), f"{text}  ⟶  {shown}")

    def points_at(self, i):
        token, word = self.tokens[i], self.at(i)
        if word == "if":
            yield from self.condition(i)
        elif word in PRECEDENCE and word != "as" and self.spaced(i):
            yield from self.binary(i, word)
        elif word == "-" and self.gap(i) | (self.at(i - 1) in OPEN) and self.is_name(i + 1):
            if not self.ends_operand(i - 1):
                last = self.atom_right(i + 1)
                rest = self.text[self.tokens[i + 1].start:self.tokens[last].end]
                yield from self.point("sign", i, last, "(if {on} { %s } else { {{}} })" % rest, rest)
        elif token.kind == "number" and re.fullmatch(r"\d+(\.\d+)?", word) and self.at(i - 1) not in (".", "-"):
            more = re.sub(r"\d+", lambda m: str(int(m.group()) + 1), word, count=1)
            yield from self.point("number", i, i, "(if {on} { %s } else { {{}} })" % more, more)
        elif word in ("true", "false"):
            yield from self.point("bool", i, i, "({{}} ^ {on})", f"!{word}")
        elif word == "!" and not self.gap(i + 1) and not self.is_name(i - 1) and self.at(i - 1) != "if":
            last = self.atom_right(i + 1)
            yield from self.point("not", i, last, "({{}} ^ {on})", "without !")
        elif self.at(i - 1) == "." and self.at(i + 1) == "(":
            yield from self.method(i, word)
        elif self.at(i - 1) in (";", "{", "}") and (self.is_name(i) or word in ("*", "return", "break", "continue")):
            yield from self.statement(i)

    def condition(self, i):
        end = self.until(i + 1, ("{", "=>"))
        inside = range(i + 1, end)
        if self.at(end) in ("{", "=>") and not any(self.at(j) == "let" for j in inside):
            yield from self.point("if", i + 1, end - 1, "({{}}) ^ {on}", "the condition negated")

    def binary(self, i, word):
        kind, other = next((kind, table[word]) for kind, table in
                           (("compare", COMPARE), ("arithmetic", ARITHMETIC), ("logic", LOGIC)) if word in table)
        first, last = self.left(i, PRECEDENCE[word]), self.right(i, PRECEDENCE[word])
        if kind == "logic" and self.in_let(first):
            return
        left = self.text[self.tokens[first].start:self.tokens[i].start]
        right = self.text[self.tokens[i].end:self.tokens[last].end]
        changed = left + other + right
        yield from self.point(kind, first, last, "(if {on} { %s } else { {{}} })" % changed, changed)

    def in_let(self, i):
        """True within a condition that has a `let`, whose operators are not all operators of expressions."""
        while i > 0 and self.at(i) not in (";", "{", "}"):
            if self.at(i) == "let" and self.at(i - 1) in ("if", "while", "&&", "("):
                return True
            i -= 1
        return False

    def method(self, i, word):
        last = self.pair[i + 1]
        if word in ("is_some", "is_none", "is_empty", "contains", "is_ok", "is_err", "contains_key", "is_finite", "is_nan"):
            first = self.atom_left(last)
            yield from self.point("not", first, last, "({{}} ^ {on})", f"not .{word}")
        elif word in SWAP:
            first = self.atom_left(last)
            receiver = self.text[self.tokens[first].start:self.tokens[i].start]
            changed = receiver + SWAP[word] + self.text[self.tokens[i].end:self.tokens[last].end]
            yield from self.point("swap", first, last, "(if {on} { %s } else { {{}} })" % changed, changed)

    def statement(self, i):
        end = self.until(i, (";",))
        words = [self.at(j) for j in range(i, end)]
        if self.at(end) != ";" or i in self.dead or set(words) & {"let", "=>", "macro_rules", "else", "loop", "match", "for"}:
            return
        depth0, j = [], i
        while j < end:
            depth0.append(self.at(j))
            j = self.pair.get(j, j) + 1
        update = next((word for word in depth0 if word in UPDATE), None)
        if update:
            changed = self.text[self.tokens[i].start:self.tokens[end].end].replace(update, UPDATE[update], 1)
            yield from self.point("update", i, end, "if {on} { %s } else { {{}} }" % changed, changed)
        if words[0] in ("return", "break", "continue") or update or "=" in depth0 or self.at(end - 1) in (")", "?"):
            yield from self.point("remove", i, end, "if !{on} { {{}} }", "removed")


def hidden(sources):
    """Files that only some builds have, the tests for one: the modules declared under `cfg`."""
    gone = set()
    for source in sources:
        folder = re.sub(r"(mod|lib|main)\.rs$|\.rs$", lambda m: "" if m.group(1) else "/", source.name)
        gone.update(folder + name for name in source.hidden)
    return {s.name for s in sources if any(s.name == f"{g}.rs" or s.name.startswith(f"{g}/") for g in gone)}


def find(texts):
    """All points of these files, `{name: text}`, by file."""
    sources = [Finder(name, text) for name, text in sorted(texts.items())]
    gone = hidden(sources)
    return {s.name: list(s.points()) for s in sources if s.name not in gone}


def draw(by_file, count, random):
    """Points at random, as many of each kind and from as many files as there are, one a line; in the order drawn."""
    pools = {kind: [p for points in by_file.values() for p in points if p.kind == kind] for kind in KINDS}
    for pool in pools.values():
        random.shuffle(pool)
    used, lines, drawn = collections.Counter(), set(), []
    while len(drawn) < count and any(pools.values()):
        for kind in KINDS:
            pool = [p for p in pools[kind] if (p.file, p.line) not in lines]
            if pool and len(drawn) < count:
                point = min(pool, key=lambda p: used[p.file])
                pool.remove(point)
                drawn.append(point)
                used[point.file] += 1
                lines.add((point.file, point.line))
            pools[kind] = pool
    return drawn
