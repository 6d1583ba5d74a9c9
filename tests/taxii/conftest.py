"""What is no test here: the plug-in, which runs in medallion's environment."""

from pathlib import Path

collect_ignore = ["medallion_foreign.py"]
if not (Path(__file__).parents[2] / ".medallion" / "suite").exists():
    # No registry has it: `make medallion` needs the repository, or a copy of it.
    collect_ignore.append("test_medallion.py")
