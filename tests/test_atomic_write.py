from __future__ import annotations

import threading
from pathlib import Path

import pytest

from mariogpt_mcp.atomic_write import write_atomically


def write_in_two_parts(path: Path) -> None:
    path.write_bytes(b"by a ")
    path.write_bytes(path.read_bytes() + b"function")


def fail_halfway(path: Path) -> None:
    path.write_bytes(b"half")
    raise ValueError("no more")


@pytest.mark.parametrize(
    ("content", "written"),
    [
        (b"\x00\r\n", b"\x00\r\n"),
        ("caf\u00e9\n", b"caf\xc3\xa9\n"),
        ("", b""),
        (write_in_two_parts, b"by a function"),
    ],
)
@pytest.mark.parametrize("older", [None, b"older"])
def test_bytes_text_and_functions_are_written(
    tmp_path: Path, content: object, written: bytes, older: bytes | None
) -> None:
    file = tmp_path / "level.json"
    if older is not None:
        file.write_bytes(older)
    write_atomically(file, content)  # type: ignore[arg-type]
    assert file.read_bytes() == written
    assert list(tmp_path.iterdir()) == [file]


def test_a_failure_leaves_the_older_file_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "level.json"
    with pytest.raises(ValueError, match="no more"):
        write_atomically(file, fail_halfway)
    assert list(tmp_path.iterdir()) == []
    file.write_bytes(b"older")
    with pytest.raises(ValueError, match="no more"):
        write_atomically(file, fail_halfway)
    assert file.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [file]


def test_a_full_disk_leaves_the_older_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "level.json"
    file.write_bytes(b"older")
    write = Path.write_bytes

    def fill_up(path: Path, data: bytes) -> int:
        write(path, data[:2])
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fill_up)
    with pytest.raises(OSError, match="No space"):
        write_atomically(file, b"newer")
    assert file.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [file]


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "missing" / "level.json", b"")


def test_a_reader_never_sees_a_mixture_of_concurrent_writers(tmp_path: Path) -> None:
    file = tmp_path / "level.json"
    contents = [bytes([letter]) * 100_000 for letter in b"abcd"]
    write_atomically(file, contents[0])

    def write_often(content: bytes) -> None:
        for _ in range(50):
            write_atomically(file, content)

    writers = [threading.Thread(target=write_often, args=(content,)) for content in contents]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert file.read_bytes() in contents
    for writer in writers:
        writer.join()
    assert file.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [file]
