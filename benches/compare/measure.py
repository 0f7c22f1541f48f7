"""Running a program and knowing what it cost; the machine it ran on."""

import datetime
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Failed(Exception):
    """Something the figures need did not work; the text says what."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def call(*command):
    """Runs a command that must succeed; its output is shown only where it does not."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"{command[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def run(command, env=None):
    """Runs a child to its end: user and system CPU seconds of all its threads, wall seconds, peak MiB.

    The kernel counts as the child's peak what it had before it became the program, that is, this
    script's own size: peaks below about 18 MiB do not show.
    """
    start = time.monotonic()
    child = subprocess.Popen(
        [str(part) for part in command],
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    message = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise Failed(f"{command[0]} ended with {child.returncode}:\n{message.decode(errors='replace')}")
    return {
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 6),
        "wall_s": round(wall, 6),
        "peak_mib": round(usage.ru_maxrss / 1024, 1),
    }


def spread(values):
    """Median, least and most."""
    return statistics.median(values), min(values), max(values)


def machine():
    """What a figure depends on besides the program, without naming the machine."""
    processor = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        models = [line.split(":", 1)[1] for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        processor = " ".join(models[0].split()) if models else processor
    commit = subprocess.run(["git", "rev-parse", "--short=10", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--", "crates", "Cargo.toml", "Cargo.lock"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return {
        "date": datetime.date.today().isoformat(),
        "commit": (commit.stdout.strip() or "unknown") + (" with changes" if changed.stdout.strip() else ""),
        "processor": processor,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "rustc": call("rustc", "--version").split()[1],
        "load": round(os.getloadavg()[0], 1),
    }


def taken(where):
    """The machine in a line of Markdown."""
    return (
        f"{where['date']}, commit {where['commit']}, {where['processor']}, {where['cores']} cores (shared), "
        f"{where['system']}, rustc {where['rustc']}; load average at the start {where['load']}."
    )
