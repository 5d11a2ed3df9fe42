"""Files that are there whole or not at all."""

import subprocess
import sys

import pytest

from warehouse import files


def test_replaces_whole(tmp_path):
    path = tmp_path / "deep" / "file"
    files.replace_file(path, b"one")
    files.replace_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]


def test_a_failed_write_leaves_the_old_file_and_no_debris(tmp_path, monkeypatch):
    path = tmp_path / "file"
    files.replace_file(path, b"old")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_sweep_removes_what_the_dead_left_and_spares_the_living(tmp_path):
    path = tmp_path / "tradecheck.duckdb"
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    dead = tmp_path / f".tradecheck.duckdb.{int(ended.stdout)}-0123abcd.new"
    living = files.beside(path)
    strangers = [tmp_path / ".tradecheck.duckdb.old", tmp_path / f".other.{int(ended.stdout)}-0123abcd.new"]
    for file in (dead, dead.with_name(f"{dead.name}.wal"), living, *strangers):
        file.touch()
    removed = files.sweep(path)
    assert sorted(removed) == sorted([dead, dead.with_name(f"{dead.name}.wal")])
    assert living.exists()
    assert all(file.exists() for file in strangers)
