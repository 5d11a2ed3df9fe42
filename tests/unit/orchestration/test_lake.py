"""The lake: whole files or none, whatever happens to the writer."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from orchestration.errors import TradecheckError
from orchestration.io import Lake, replacing
from transforms.schemas import CHECK_HISTORY, PARTNERS, VINTAGES


def partners(*codes: str) -> pl.DataFrame:
    return PARTNERS.conform(pl.DataFrame({"partner": codes, "name": codes, "kind": ["country"] * len(codes)}))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def test_table_that_was_never_written_has_no_rows(lake: Lake) -> None:
    assert lake.read(PARTNERS).equals(PARTNERS.empty())
    assert lake.files(PARTNERS) == []
    assert lake.size(PARTNERS) == 0


def test_what_was_written_is_read(lake: Lake) -> None:
    path = lake.write(PARTNERS, partners("KR", "JP"))
    assert lake.read(PARTNERS).equals(partners("KR", "JP"))
    assert lake.files(PARTNERS) == [path]
    assert lake.size(PARTNERS) == path.stat().st_size > 0


def test_partitions_are_files_and_those_that_are_no_more_go(lake: Lake) -> None:
    lake.replace(PARTNERS, [("asia", partners("KR", "JP")), ("europe", partners("DE"))])
    assert [path.stem for path in lake.files(PARTNERS)] == ["asia", "europe"]
    lake.replace(PARTNERS, [("asia", partners("CN"))])
    assert lake.read(PARTNERS)["partner"].to_list() == ["CN"]


def test_partition_name_cannot_leave_the_folder(lake: Lake) -> None:
    path = lake.write(PARTNERS, partners("KR"), "../../x/y")
    assert path.parent == lake.root / "partners"


def test_frame_that_does_not_fit_leaves_the_old_one(lake: Lake) -> None:
    lake.write(PARTNERS, partners("KR"))
    with pytest.raises(ValueError, match="unknown column"):
        lake.write(PARTNERS, partners("JP").with_columns(extra=pl.lit(1)))
    assert lake.read(PARTNERS)["partner"].to_list() == ["KR"]
    assert [path.name for path in (lake.root / "partners").iterdir()] == ["all.parquet"]


def test_damaged_file_is_named_with_the_remedy(lake: Lake) -> None:
    lake.write(VINTAGES, VINTAGES.empty()).write_bytes(b"PAR1 not really")
    with pytest.raises(TradecheckError, match=r"all\.parquet: not a readable file of table vintages.*delete it"):
        lake.read(VINTAGES)


def test_record_that_cannot_be_made_again_is_never_advised_away(lake: Lake) -> None:
    lake.write(CHECK_HISTORY, CHECK_HISTORY.empty()).write_bytes(b"")
    with pytest.raises(TradecheckError, match="restore it from a backup"):
        lake.read(CHECK_HISTORY)


def test_file_of_other_columns_is_refused(lake: Lake) -> None:
    path = lake.write(PARTNERS, partners("KR"))
    pl.DataFrame({"something": [1]}).write_parquet(path)
    with pytest.raises(TradecheckError, match="unknown column"):
        lake.read(PARTNERS)


KILLED = """
import os, signal, sys
from pathlib import Path
from orchestration.io import replacing
with replacing(Path(sys.argv[1])) as draft:
    draft.write_bytes(b"half of the new fi")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_writer_killed_half_way_leaves_the_old_file_and_debris_that_is_swept(lake: Lake) -> None:
    path = lake.write(PARTNERS, partners("KR"))
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert lake.read(PARTNERS)["partner"].to_list() == ["KR"]
    assert len(list(path.parent.iterdir())) == 2
    assert len(lake.sweep()) == 1
    assert [left.name for left in path.parent.iterdir()] == ["all.parquet"]


def test_sweep_leaves_what_is_not_ours(lake: Lake) -> None:
    path = lake.write(PARTNERS, partners("KR"))
    (path.parent / ".keep").write_text("", encoding="utf-8")
    assert lake.sweep() == []


LIMITED = """
import resource, signal, sys
from pathlib import Path
import polars as pl
from orchestration.errors import TradecheckError
from orchestration.io import Lake
from transforms.schemas import PARTNERS
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
codes = [str(hash(("x", n))) for n in range(50_000)]
frame = pl.DataFrame({"partner": codes, "name": codes, "kind": ["country"] * len(codes)})
try:
    Lake(Path(sys.argv[1])).write(PARTNERS, frame)
except TradecheckError as error:
    print(error)
"""


def test_disk_that_refuses_leaves_the_old_file_and_no_debris(lake: Lake) -> None:
    path = lake.write(PARTNERS, partners("KR"))
    run = [sys.executable, "-c", LIMITED, str(lake.root)]
    done = subprocess.run(run, check=True, capture_output=True, text=True)
    assert str(path) in done.stdout, done.stderr
    assert len(done.stdout.splitlines()) == 1
    assert lake.read(PARTNERS)["partner"].to_list() == ["KR"]
    assert [left.name for left in path.parent.iterdir()] == ["all.parquet"]


def test_full_disk_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TradecheckError, match="the disk is full; free some space"), replacing(tmp_path / "x"):
        raise OSError(28, os.strerror(28))
