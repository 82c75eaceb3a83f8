"""The page's table of models of ours beside ALS with the same side information and the same second stage."""

from pipelines.evaluate.board.cells import CATALOGUE, SHOWN, Row, gain, spread, table
from pipelines.evaluate.board.document import Board
from pipelines.evaluate.board.summary import comparison
from pipelines.evaluate.model_names import EQUAL_MEANS


def section(board: Board) -> str:
    """A line for each view and each model of ours that has such a peer; empty where none was evaluated."""
    lines = [line for view in board["views"] for line in _lines(view)]
    if not lines:
        return ""
    headings = ["view", "ours", "AVG [95 %]", "peer", "AVG [95 %]", "gain [95 %]", "ours is"]
    return f"""## Given the same information and ranker

ALS beside the same artist code and artist graph (`als_side`), and that with the same second stage, trained anew on its
own candidates (`als_side_reranked`). The gain is what is left of the lead when the peer knows what ours knows.

{table(headings, lines, words=2)}"""


def _lines(view: Row) -> list[list[str]]:
    by_name = {row["model"]: row for row in view["rows"]}
    pairs = [(by_name[own], by_name[peer]) for own, peer in EQUAL_MEANS.items() if own in by_name and peer in by_name]
    about = f"{CATALOGUE[view['view']]}, {SHOWN[view['positions']]} shown"
    return [[about, *_cells(own, peer)] for own, peer in pairs if "equal_means" in own["over"]]


def _cells(own: Row, peer: Row) -> list[str]:
    over, levels = own["over"]["equal_means"], [spread(row["average"], row["interval"]) for row in (own, peer)]
    compared = comparison({**own, **over}, [{**peer, "level": peer["average"], "ours": False}])
    return [own["model"], levels[0], peer["model"], levels[1], gain(over), compared]
