"""The tests in pieces: how long each takes, which mutants it runs, and whether it fails with one of them on."""
import os, re, resource, signal, subprocess, time

MEMORY = 12 << 30
SKIP = re.compile(r"\barchitecture\b")  # reads the source, which is another in the copy


def names(program, tree):
    listed = subprocess.run([program, "--list"], cwd=tree, check=True, capture_output=True, text=True).stdout
    tests = re.findall(r"^(?:\[\w+\] )?(.+): test$", listed, re.M)
    return [name for name in tests if not SKIP.search(name)]


def split(programs, tree):
    """The pieces as `{name: command}`: a file of the language's suite, a module of the other tests."""
    pieces = {}
    for title, program in programs.items():
        groups = {}
        for name in names(program, tree):
            path = name.split("::")
            alone = title == "test suite" and path[0] == "lang"
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


def run(tree, command, mutant, patience):
    """How a piece ends with a mutant on, 0 for none: whether it passed, and the seconds it took."""
    (tree / "mutant-on").write_text(str(mutant))
    start = time.monotonic()
    process = subprocess.Popen(["nice", "-n", "10", *command], cwd=tree, start_new_session=True, preexec_fn=limits,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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


def cover(tree, pieces):
    """Of each piece that passes with no mutant on: its seconds and the mutants that it runs."""
    covered, seen = {}, tree / "mutants-seen"
    for name, command in pieces.items():
        seen.unlink(missing_ok=True)
        passed, seconds = run(tree, command, 0, 600)
        hit = sorted({int(line) for line in seen.read_text().split()}) if seen.exists() else []
        print(f"{seconds:7.1f}s  {len(hit):4} mutants  {name}{'' if passed else '  FAILS, left out'}", flush=True)
        if passed:
            covered[name] = {"command": command, "seconds": seconds, "hit": hit}
    return covered


def decide(tree, covered, mutant):
    """The first piece that fails with this mutant on, of those that run it, the fastest first."""
    hitting = sorted((piece["seconds"], name) for name, piece in covered.items() if mutant in piece["hit"])
    for seconds, name in hitting:
        passed, _ = run(tree, covered[name]["command"], mutant, 5 * seconds + 20)
        if not passed:
            return name
    return None if hitting else "-"
