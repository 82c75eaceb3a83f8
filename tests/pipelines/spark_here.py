"""Spark for tests: what is missing here, or nothing."""

import importlib.util
import shutil

from tests.real import missing


def spark_or_skip() -> None:
    """Skips, or fails where it is required, with what to install."""
    if importlib.util.find_spec("pyspark") is None:
        missing("spark", "pyspark is not installed: pip install -e '.[spark]'")
    if shutil.which("java") is None:
        missing("spark", "Spark needs Java 17 and no java is in PATH: apt install openjdk-17-jre-headless")
