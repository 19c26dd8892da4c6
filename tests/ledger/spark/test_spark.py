"""The same measures on a Spark cluster of a master and two workers, to the cent. `make test-spark` brings Spark and runs this."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pyspark
import pytest
from pyspark.sql import SparkSession

from tests.ledger.company import agree, ledger_of, sold_at_random

HOME = Path(pyspark.__file__).parent
PATIENCE = 120.0
"""Seconds for the master to say where it is, and for the workers to have come."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A master and two workers on loopback; its URL."""
    folder = tmp_path_factory.mktemp("spark")
    (folder / "spark-defaults.conf").write_text(
        "spark.sql.shuffle.partitions 2\nspark.driver.host 127.0.0.1\n"
    )
    told = {"SPARK_HOME": str(HOME), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_CONF_DIR": str(folder)}
    os.environ.update(told)
    started = []

    def start(name: str, *arguments: str) -> Path:
        log = folder / f"{name}.log"
        kind = name.rstrip("12")
        call = [str(HOME / "bin/spark-class"), f"org.apache.spark.deploy.{kind}.{kind.title()}", "--host", "127.0.0.1", "--webui-port", "0", *arguments]  # fmt: skip
        started.append(subprocess.Popen(call, stdout=log.open("w"), stderr=subprocess.STDOUT))
        return log

    try:
        master = start("master", "--port", "0")
        url = said(master, r"Starting Spark master at (spark://\S+)")
        for worker in ("worker1", "worker2"):
            start(worker, "--cores", "1", "--memory", "1g", "--work-dir", str(folder / worker), url)
        said(master, r"(?s)Registering worker.*(Registering worker)")
        yield url
    finally:
        if session := SparkSession.getActiveSession():
            session.stop()
        for process in reversed(started):
            process.terminate()
            process.wait()


def said(log: Path, what: str) -> str:
    """What a process wrote, once it has."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := re.search(what, log.read_text()):
            return found[1]
        time.sleep(0.2)
    raise AssertionError(f"{log.name} never said {what}:\n{log.read_text()}")


def test_a_spark_cluster_answers_as_duckdb_does(tmp_path: Path, cluster: str) -> None:
    ledger = ledger_of(tmp_path, sold_at_random(60))
    agree(ledger.open("duckdb"), ledger.open(cluster), ((), ("holder", "category"), ("holder",)))
