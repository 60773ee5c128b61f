"""The mutated copy: every mutant a switch in it, those that do not compile left out, its tests built once."""
import json, os, re, shutil, subprocess

FEATURES = ["--no-default-features", "--features", "cli"]  # the host's arrays: without MLX the build has no C++
TARGETS = ["--lib", "--bins", *(f"--test={t}" for t in "suite laws robust cli terminal programs nuts".split())]
CARGO = {"CARGO_PROFILE_DEV_DEBUG": "0", "CARGO_INCREMENTAL": "0", "CARGO_TERM_COLOR": "never"}


def copy(root, tree):
    """The tracked files as they are; files that did not change keep their age, so that little is built again."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        source, place = root / name, tree / name
        if source.is_file() and not (place.is_file() and place.read_bytes() == source.read_bytes()):
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)


def write(root, tree, files, points):
    """Writes these files with the mutants, `{number: point}`, as switches, and the module that they ask."""
    by_file = {name: [] for name in {"src/lib.rs", *files}}
    for number, point in points.items():
        by_file[point.file].append((number, point))
    of_program = re.findall(r"^mod (\w+);", (root / "src/main.rs").read_text(), re.M)
    for name, inside in by_file.items():
        text = (root / name).read_text()
        program = name == "src/main.rs" or re.split(r"[/.]", name)[1] in of_program
        for number, point in sorted(inside, key=lambda entry: -entry[1].start):
            on = f"{'genlisp' if program else 'crate'}::mutants::on({number})"
            text = text[:point.start] + point.after.replace("{on}", on) + text[point.end:]
        if name == "src/lib.rs":
            text += "\n#[doc(hidden)]\n#[allow(missing_docs)]\npub mod mutants;\n"
        put(tree / name, text)
    switch = (root / ".ci/mutants/switch.rs").read_text()
    put(tree / "src/mutants.rs", switch.replace("COUNT]", f"{max(points, default=0) + 1}]"))


def put(path, text):
    if not path.is_file() or path.read_text() != text:
        path.write_text(text)


def cargo(tree, target, *arguments):
    """The messages of cargo, as they are in its JSON."""
    environment = {**os.environ, **CARGO, "CARGO_TARGET_DIR": str(target)}
    command = ["nice", "-n", "10", "cargo", *arguments, *FEATURES, "--message-format=json"]
    run = subprocess.run(command, cwd=tree, env=environment, stdout=subprocess.PIPE, text=True)
    return run.returncode, [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]


def wrong(messages, points):
    """The mutants that errors of the compiler point to: the one on that line, or else the nearest before it."""
    found = set()
    for message in messages:
        diagnostic = message.get("message")
        if message.get("reason") != "compiler-message" or diagnostic["level"] != "error":
            continue
        for span in filter(lambda span: span["is_primary"], diagnostic["spans"]):
            while span.get("expansion") and not span["file_name"].startswith("src/"):
                span = span["expansion"]["span"]
            near = [(abs(span["line_start"] - p.line), n) for n, p in points.items() if p.file == span["file_name"]]
            if near:
                found.add(min(near)[1])
            else:
                print("no mutant is near this:", diagnostic["rendered"])
    return found


def build(root, tree, target, drawn, count):
    """Chooses from the points drawn, in their order, the first ones that compile; the test programs with them."""
    points, files = dict(enumerate(drawn, 1)), {point.file for point in drawn}
    while True:
        write(root, tree, files, points)
        code, messages = cargo(tree, target, "check", "--lib", "--bins")
        bad = wrong(messages, points)
        print(f"{len(points)} mutants, of which {len(bad)} do not compile", flush=True)
        for number in sorted(bad):
            print(f"  {points[number].kind} {points[number].file}:{points[number].line} {points[number].text}")
            del points[number]
        if code == 0:
            break
        if not bad:
            raise SystemExit("the copy does not compile, and no mutant is known to be the cause")
    points = dict(enumerate(list(points.values())[:count], 1))
    write(root, tree, files, points)
    code, messages = cargo(tree, target, "test", "--no-run", *TARGETS)
    if code != 0:
        raise SystemExit("the tests of the copy do not build")
    tests = [m for m in messages if m.get("reason") == "compiler-artifact" and m.get("executable") and m["profile"]["test"]]
    return points, {f"{m['target']['kind'][0]} {m['target']['name']}": m["executable"] for m in tests}
