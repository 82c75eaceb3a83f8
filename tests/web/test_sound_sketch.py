"""The sound sketch, rendered by a browser: it can be heard, does not clip, and is the same for the same track."""

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.real import missing

FRONTEND = Path(__file__).parents[2] / "frontend"

BUILD = """
const { build } = await import('vite')
const [entry, outDir, src] = process.argv.slice(1)
const lib = { entry, formats: ['iife'], name: 'sketch', fileName: () => 'sketch.js' }
const resolve = { alias: { '@': src } }
await build({ configFile: false, logLevel: 'error', resolve, build: { lib, outDir, emptyOutDir: false } })
"""
MEASURE = """async (tracks) => {
  const found = []
  for (const track of tracks) {
    const samples = (await sketch.renderSketch(sketch.sketchOf(track))).getChannelData(0)
    const square = samples.reduce((sum, value) => sum + value * value, 0)
    const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    found.push({ seconds: samples.length / 44100, rms: Math.sqrt(square / samples.length), peak })
  }
  return found
}"""
CALM = {"tempo": 70, "energy": 0.05, "acousticness": 0.95, "key": 9, "mode": 0}
LOUD = {"tempo": 174, "energy": 1.0, "acousticness": 0.0, "key": 2, "mode": 1}


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rule and the rendering of the sketch as one script that defines `sketch`."""
    if not (FRONTEND / "node_modules").exists():
        missing("node", "the pages' packages are not installed: make web")
    folder = tmp_path_factory.mktemp("sketch")
    entry = folder / "entry.ts"
    parts = FRONTEND / "src" / "player" / "sketch"
    entry.write_text(f"export * from '{parts}/render'\nexport * from '{parts}/sketch'\n")
    command = ["node", "--input-type=module", "-e", BUILD, str(entry), str(folder), str(FRONTEND / "src")]
    subprocess.run(command, cwd=FRONTEND, check=True, timeout=120)
    return folder / "sketch.js"


def _measured(browser: Browser, script: Path, tracks: list[dict[str, object]]) -> list[dict[str, float]]:
    page = browser.new_page()
    page.add_script_tag(path=str(script))
    found: list[dict[str, float]] = json.loads(json.dumps(page.evaluate(MEASURE, tracks)))
    page.close()
    return found


def test_calm_and_loud_sketches_are_heard_and_do_not_clip(chromium: Browser, script: Path) -> None:
    tracks: list[dict[str, object]] = [
        {"id": "4LhSpK4lPEhsVq1cza8ZYo", "artist": "a", "features": features} for features in (CALM, LOUD, CALM)
    ]
    calm, loud, again = _measured(chromium, script, tracks)
    for found in (calm, loud):
        assert found["seconds"] == 8
        assert found["rms"] > 0.01
        assert found["peak"] < 1
    assert again["rms"] == pytest.approx(calm["rms"], rel=1e-6)
    assert loud["rms"] != pytest.approx(calm["rms"], rel=0.05)
