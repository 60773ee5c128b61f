"""The tests in pieces: how long each takes, which mutants it runs, and whether it fails with one of them on."""
import os, re, resource, signal, subprocess, time

MEMORY = 12 << 30
# The first reads the source, which is another in the copy; the second counts the cases, of which fewer are drawn here.
SKIP = re.compile(r"\barchitecture\b|\bthe_cases_show_what_they_must\b")
ALONE = {"test suite": ("lang", "conformance"), "test laws": ("gfi",)}  # each of these tests is a piece


def names(program, tree):
    listed = subprocess.run([program, "--list"], cwd=tree, check=True, capture_output=True, text=True).stdout
    tests = re.findall(r"^(?:\[\w+\] )?(.+): test$", listed, re.M)
    return [name for name in tests if not SKIP.search(name)]


def split(programs, tree):
    """The pieces as `{name: command}`: a module of tests, or one test."""
    pieces = {}
    for title, program in programs.items():
        groups = {}
        for name in names(program, tree):
            path = name.split("::")
            alone = path[0] in ALONE.get(title, ()) or title == "test suite" and len(path) == 1
            groups.setdefault(name if alone else "::".join(path[:-1][:2]), []).append(name)
        for group, tests in groups.items():
            if title != "test suite":
                arguments = ["--exact", *tests]
            else:  # takes one filter
                arguments = ["--exact", group] if len(tests) == 1 else [f"{group}::"]
            pieces[f"{title} {group}".strip()] = [program, *arguments]
    return pieces


def limits():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(tree, command, mutant, patience, **environment):
    """How a piece ends with a mutant on, 0 for none: whether it passed, and the seconds it took."""
    (tree / "mutant-on").write_text(str(mutant))
    start = time.monotonic()
    process = subprocess.Popen(["nice", "-n", "10", *command], cwd=tree, start_new_session=True, preexec_fn=limits,
                               env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        passed = process.wait(timeout=patience) == 0
    except subprocess.TimeoutExpired:
        passed = False
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
    return passed, time.monotonic() - start


def cover(tree, command):
    """Of a piece with no mutant on: whether it passes, its seconds and the mutants that it runs."""
    seen = tree / "mutants-seen"
    seen.unlink(missing_ok=True)
    passed, seconds = run(tree, command, 0, 600)
    if not passed:  # some transcripts differ without MLX
        run(tree, command, 0, 600, BLESS="1")
        passed, seconds = run(tree, command, 0, 600)
    hit = sorted({int(line) for line in seen.read_text().split()}) if seen.exists() else []
    return {"command": command, "passed": passed, "seconds": seconds, "hit": hit}


def order(covered):
    """The runs that may decide, as mutant, piece and patience: the fastest pieces first, for all the mutants they run."""
    for name, piece in sorted(covered.items(), key=lambda entry: entry[1]["seconds"]):
        for mutant in piece["hit"] if piece["passed"] else []:
            yield mutant, name, 5 * piece["seconds"] + 20
