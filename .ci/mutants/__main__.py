#!/usr/bin/env python3
"""Mutation test: small faults at random places of the source, each of which some test should notice.

`python3 .ci/mutants --seed 17 --count 120` draws the faults (`points.py`), builds a copy of the project that has all of them
as switches (`build.py`), and runs for each the tests that come by its place until one fails (`pieces.py`). What is decided
is kept in the folder of `--work`; the same command goes on from there, and `--report` says how far it is.
"""
import argparse, collections, json, os, pathlib, random, subprocess, sys

sys.dont_write_bytecode = True  # nothing in the source tree that git does not know
import build, pieces, points

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = [f"src/{folder}" for folder in ("gfi", "infer", "eval", "distributions", "error")]
# Only MLX comes here, and the copy is built without it.
DEVICE = ["src/tensor/mlx.rs", "src/tensor/thread.rs", "src/tensor/without_mlx.rs", "src/tensor/lanes/device/",
          "src/distributions/lanes/device_array.rs"]


def arguments():
    parser = argparse.ArgumentParser(prog=".ci/mutants", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("paths", nargs="*", help=f"files and folders (default: {' '.join(FOLDERS)}; with --since: src)")
    parser.add_argument("--since", metavar="COMMIT", help="only files that differ from this commit")
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--work", type=pathlib.Path, help="where the copy and its build lie (default: target/mutants)")
    parser.add_argument("--leave", type=int, action="append", default=[], help="a mutant to leave undecided, too heavy to run")
    parser.add_argument("--report", action="store_true", help="only say what is decided")
    chosen = parser.parse_args()
    chosen.paths = chosen.paths or (["src"] if chosen.since else FOLDERS)
    chosen.work = (chosen.work or ROOT / "target/mutants").resolve()
    return chosen


def sources(chosen):
    """The text of the files that mutants may be in."""
    command = ["git", "diff", "--name-only", "--diff-filter=d", chosen.since, "--"] if chosen.since else ["git", "ls-files"]
    listed = subprocess.run([*command, *chosen.paths], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    all_ = {str(path.relative_to(ROOT)): path.read_text() for path in ROOT.glob("src/**/*.rs")}
    names = {name for name in listed.splitlines() if name in all_ and not name.startswith(tuple(DEVICE))}
    return {name: found for name, found in points.find(all_).items() if name in names}


def load(path):
    return json.loads(path.read_text())


def prepare(chosen):
    """The mutants and the pieces, from the folder where they are kept or made anew."""
    mutants, tree = chosen.work / "mutants.json", chosen.work / "tree"
    if not mutants.exists():
        tree.mkdir(parents=True, exist_ok=True)
        build.copy(ROOT, tree)
        drawn = points.draw(sources(chosen), chosen.count * 5 // 4 + 5, random.Random(chosen.seed))
        numbered, programs = build.build(ROOT, tree, chosen.work / "target", drawn, chosen.count)
        mutants.write_text(json.dumps({"programs": programs, "points": {n: p._asdict() for n, p in numbered.items()}}))
    made = load(mutants)
    covered = cover(chosen.work / "pieces.json", tree, made["programs"], chosen.report)
    return {int(n): p for n, p in made["points"].items()}, covered


def cover(path, tree, programs, known):
    """What each piece covers, kept in a file; only what is known already, if so asked."""
    covered = load(path) if path.exists() else {}
    for name, command in ({} if known else pieces.split(programs, tree)).items():
        if name not in covered:
            piece = covered[name] = pieces.cover(tree, command)
            failed = "" if piece["passed"] else "  FAILS, left out"
            print(f"{piece['seconds']:7.1f}s  {len(piece['hit']):4} mutants  {name}{failed}", flush=True)
            path.write_text(json.dumps(covered))
    return covered


def verdict(mutant, covered, runs):
    """What is known of a mutant, from the runs made: `{(mutant, piece): passed}`."""
    made = [runs.get((mutant, name)) for name, piece in covered.items() if piece["passed"] and mutant in piece["hit"]]
    if False in made:
        return "caught"
    return "never run" if not made else "undecided" if None in made else "survived"


def report(mutants, covered, runs):
    """The verdicts in numbers, and what no test noticed."""
    verdicts = {number: verdict(number, covered, runs) for number in mutants}
    counts = collections.Counter(verdicts.values())
    print(f"\n{len(mutants)} mutants: {', '.join(f'{n} {name}' for name, n in counts.most_common())}")
    print(f"{100 * counts['caught'] / max(len(mutants), 1):.1f} % are caught")
    for number, point in sorted(mutants.items(), key=lambda entry: verdicts[entry[0]]):
        if verdicts[number] != "caught":
            print(f"{verdicts[number]}  {number}  {point['file']}:{point['line']}  {point['kind']}\n    {point['text']}")


def main():
    chosen = arguments()
    os.environ.setdefault("LAW_CASES", "200")
    mutants, covered = prepare(chosen)
    log = chosen.work / "runs.jsonl"
    made = map(json.loads, log.read_text().splitlines()) if log.exists() else []
    runs = {(mutant, name): passed for mutant, name, passed in made}
    for mutant, name, patience in [] if chosen.report else pieces.order(covered):
        if mutant in chosen.leave or (mutant, name) in runs or verdict(mutant, covered, runs) == "caught":
            continue
        passed, _ = pieces.run(chosen.work / "tree", covered[name]["command"], mutant, patience)
        runs[mutant, name] = passed
        with log.open("a") as file:
            file.write(json.dumps([mutant, name, passed]) + "\n")
        if not passed:
            print(f"{mutant:4}  caught by {name}", flush=True)
    report(mutants, covered, runs)


if __name__ == "__main__":
    main()
