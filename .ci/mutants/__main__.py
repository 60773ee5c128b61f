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
          "src/distributions/lanes/mlx_number.rs"]


def arguments():
    parser = argparse.ArgumentParser(prog=".ci/mutants", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("paths", nargs="*", help=f"files and folders (default: {' '.join(FOLDERS)}; with --since: src)")
    parser.add_argument("--since", metavar="COMMIT", help="only files that differ from this commit")
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--work", type=pathlib.Path, help="where the copy and its build lie (default: target/mutants)")
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
    mutants, covered = chosen.work / "mutants.json", chosen.work / "pieces.json"
    tree = chosen.work / "tree"
    if not mutants.exists():
        tree.mkdir(parents=True, exist_ok=True)
        build.copy(ROOT, tree)
        drawn = points.draw(sources(chosen), chosen.count * 5 // 4 + 5, random.Random(chosen.seed))
        numbered, programs = build.build(ROOT, tree, chosen.work / "target", drawn, chosen.count)
        mutants.write_text(json.dumps({"programs": programs, "points": {n: p._asdict() for n, p in numbered.items()}}))
    made = load(mutants)
    if not covered.exists() and not chosen.report:
        covered.write_text(json.dumps(pieces.cover(tree, pieces.split(made["programs"], tree))))
    return {int(n): p for n, p in made["points"].items()}, load(covered) if covered.exists() else {}


def report(mutants, decided):
    """The verdicts in numbers, by kind, and what survived."""
    verdicts = collections.Counter(verdict(decided[n]) for n in mutants if n in decided)
    print(f"\n{len(mutants)} mutants: {', '.join(f'{n} {v}' for v, n in verdicts.most_common())}; "
          f"{len(mutants) - sum(verdicts.values())} undecided")
    if decided:
        print(f"{100 * verdicts['caught'] / sum(verdicts.values()):.1f} % of those decided are caught")
    for wanted in ("survived", "never run"):
        for n, point in mutants.items():
            if n in decided and verdict(decided[n]) == wanted:
                print(f"{wanted}  {n:4}  {point['file']}:{point['line']}  {point['kind']}\n    {point['text']}")


def verdict(by):
    return {None: "survived", "-": "never run"}.get(by, "caught")


def main():
    chosen = arguments()
    os.environ.setdefault("LAW_CASES", "200")
    mutants, covered = prepare(chosen)
    log = chosen.work / "decided.jsonl"
    decided = dict(json.loads(line) for line in log.read_text().splitlines()) if log.exists() else {}
    for number, point in mutants.items():
        if number not in decided and not chosen.report:
            decided[number] = pieces.decide(chosen.work / "tree", covered, number)
            with log.open("a") as file:
                file.write(json.dumps([number, decided[number]]) + "\n")
            print(f"{number:4}  {verdict(decided[number])} by {decided[number]}  {point['file']}:{point['line']}", flush=True)
    report(mutants, decided)


if __name__ == "__main__":
    main()
