"""`autograd-lab`, run for real: the server, its errors, the doctor."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

from autograd_lab import __version__, doctor, lessons

# A shell's job in the background is started deaf to Ctrl-C, and so are the tests in it.
HEARS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
COMMAND = [
    sys.executable,
    "-c",
    f"{HEARS}; import sys; from autograd_lab.command import main; sys.exit(main())",
]
FIRST = min(file.name for file in lessons.shipped().glob("*.ipynb"))
TOKEN = "for-this-test"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A learner's home, and nothing of the one who runs the tests."""
    for name in list(os.environ):
        if name.startswith(("JUPYTER", "IPYTHON")):
            monkeypatch.delenv(name)
    for name in ("HOME", "USERPROFILE", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("JUPYTER_TOKEN", TOKEN)
    return tmp_path


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=120)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


@contextmanager
def opened(home, *arguments):
    """The command, running, once its server answers; its process and base address."""
    port = free_port()
    log = home / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [*COMMAND, "--no-browser", "--port", str(port), *arguments],
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + 60
        while True:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            try:
                get(f"http://localhost:{port}/api/status")
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        yield process, f"http://localhost:{port}"
    finally:
        process.kill()
        process.wait()


def get(address: str) -> tuple[str, bytes]:
    """What is served there, and the address it was served from in the end."""
    request = urllib.request.Request(address, headers={"Authorization": f"token {TOKEN}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.url, answer.read()


def test_it_serves_the_learners_copy_and_opens_the_first_lesson(home):
    with opened(home) as (process, address):
        _, content = get(f"{address}/api/contents/{FIRST}")
        assert json.loads(content)["content"]["cells"]
        end, page = get(f"{address}/?token={TOKEN}")
        assert end.split("?")[0] == f"{address}/lab/tree/{FIRST}"
        assert b"JupyterLab" in page
        process.terminate()  # it reaches the server itself, which leaves in good order
        assert process.wait(60) == 0
    assert (home / "autograd_lab_lessons" / FIRST).is_file()
    log = (home / "log").read_text()
    assert f"Your lessons are in {home / 'autograd_lab_lessons'}." in log
    assert f"{address}/lab/tree/{FIRST}?token=" in log
    assert "Traceback" not in log


@pytest.mark.skipif(os.name != "posix", reason="Windows has no Ctrl-C for one process")
def test_one_ctrl_c_stops_it_quietly(home):
    with opened(home, "--dir", str(home / "course")) as (process, _):
        process.send_signal(signal.SIGINT)
        assert process.wait(60) in (0, 130)
    assert (home / "course" / FIRST).is_file()
    assert "Traceback" not in (home / "log").read_text()


def in_the_way(home):
    (home / "file").write_text("")
    return ["--dir", str(home / "file")]


def under_a_file(home):
    (home / "file").write_text("")
    return ["--dir", str(home / "file" / "lessons")]


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (["--port", "eight"], "from 1 to 65535"),
        (["--port", "0"], "from 1 to 65535"),
        (["--port", "65536"], "from 1 to 65535"),
        (["--prot", "8888"], "--help"),
        (["doktor"], "'doctor'"),
        (in_the_way, "--dir"),
        (under_a_file, "--dir"),
    ],
)
def test_a_mistake_gets_one_sentence_that_says_what_to_do(home, arguments, cure):
    check_refused(run(*(arguments(home) if callable(arguments) else arguments)), cure)


def check_refused(done, cure):
    assert done.returncode == 2
    assert cure in done.stderr
    assert done.stderr.startswith("autograd-lab: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_busy_port(home):
    with socket.socket() as other:
        other.bind(("localhost", 0))
        other.listen()
        port = other.getsockname()[1]
        check_refused(run("--no-browser", "--port", str(port)), f"port {port} can't be used")
    assert not (home / "autograd_lab_lessons").exists()


def test_without_jupyterlab(home, monkeypatch):
    (home / "jupyterlab.py").write_text("raise ModuleNotFoundError('No module named jupyterlab')")
    monkeypatch.setenv("PYTHONPATH", str(home), prepend=os.pathsep)
    check_refused(run("--no-browser"), 'pip install "autograd-lab[lab]"')


def test_help_and_version():
    assert "--no-browser" in run("--help").stdout
    assert run("--version").stdout.strip() == __version__


def test_a_newer_lesson_is_announced(home):
    folder = home / "autograd_lab_lessons"
    folder.mkdir()
    (folder / FIRST).write_text("the learner's")
    with opened(home) as (process, _):
        process.terminate()
        process.wait(60)
    assert (folder / FIRST).read_text() == "the learner's"
    assert f"You changed {FIRST}" in (home / "log").read_text()


def test_the_doctor_finds_nothing_to_mend_here(home):
    done = run("doctor")
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert all(line.startswith("ok ") for line in lines)
    for word in ("python", "numpy", "anywidget", "jupyterlab", "front end", "kernel", "recording"):
        assert any(word in line for line in lines), word


def test_the_doctor_says_what_is_wrong_and_what_to_do(monkeypatch, capsys):
    def broken():
        raise OSError("no such library")

    wanted = doctor.Requirement("numpy>=99"), doctor.Requirement("no-such-package>=1")
    monkeypatch.setattr(doctor, "_requirements", lambda: wanted)
    monkeypatch.setattr(doctor, "_recording", broken)
    assert doctor.main() == 1
    findings = [line for line in capsys.readouterr().out.splitlines() if line.startswith("MEND")]
    assert len(findings) == 3
    assert all("pip install" in line for line in findings)
    assert "no such library" in findings[-1]


def test_the_doctor_misses_a_front_end_that_jupyter_does_not_find():
    with pytest.raises(doctor.Finding, match="does not find the front end no/such"):
        doctor._front_end("no/such", "anywidget")


def test_the_doctor_misses_the_setting_that_saves_steppers(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "1")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr("jupyter_core.paths.ENV_CONFIG_PATH", [])
    monkeypatch.setattr("jupyter_core.paths.SYSTEM_CONFIG_PATH", [])
    with pytest.raises(doctor.Finding, match="Save Widget State Automatically"):
        doctor._saving()


def test_the_doctor_notices_a_kernel_of_another_python(home):
    spec = home / "kernels" / "python3"
    spec.mkdir(parents=True)
    argv = ["/elsewhere/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "old", "language": "python"}))
    done = subprocess.run(
        [*COMMAND, "doctor"],
        capture_output=True,
        text=True,
        env={**os.environ, "JUPYTER_PREFER_ENV_PATH": "0"},
        timeout=120,
    )
    assert done.returncode == 1
    assert "MEND  the kernel python3 runs /elsewhere/bin/python" in done.stdout
