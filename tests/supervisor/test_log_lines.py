"""Tests of the terminal's log filter and its rate limit."""

import json

from supervisor.log_lines import MINUTE_S, PLAIN_LINES, LogLines

INVALID = json.dumps({"level": "warning", "event": "Invalid HTTP request received.", "part": "uvicorn.error"})


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def lines(verbose: bool = False) -> tuple[LogLines, list[str], Clock]:
    printed, clock = list[str](), Clock()
    return LogLines("gateway", printed.append, verbose, clock), printed, clock


def minutes(shown: LogLines, clock: Clock, line: str, count: int, minutes: int) -> None:
    for _ in range(minutes):
        for _ in range(count):
            shown.show(line)
            shown.repeat()
        clock.now += MINUTE_S
        shown.repeat()


def test_repeated_lines_are_one_line_a_minute_with_their_count() -> None:
    shown, printed, clock = lines()
    minutes(shown, clock, INVALID, 500, 3)
    first, *counts = printed
    assert first == "  gateway | warning: Invalid HTTP request received."
    assert [words.partition("; ")[2] for words in counts] == [
        f"{count} more like it within a minute (the log has them)" for count in (499, 500, 500)
    ]


def test_after_a_quiet_minute_the_next_one_is_shown_at_once() -> None:
    shown, printed, clock = lines()
    minutes(shown, clock, INVALID, 1, 3)
    assert printed == ["  gateway | warning: Invalid HTTP request received."] * 3


def test_another_kind_is_shown_beside_a_flood() -> None:
    shown, printed, _ = lines()
    for _ in range(100):
        shown.show(INVALID)
    shown.show(json.dumps({"level": "error", "event": "unhandled", "part": "app", "path": "/v1/x"}))
    assert printed[1:] == ["  gateway | error: unhandled path=/v1/x"]


def test_the_number_of_line_kinds_is_bounded() -> None:
    shown, printed, _ = lines()
    for number in range(5000):
        shown.show(json.dumps({"level": "warning", "event": f"made up {number}"}))
    assert len(printed) < 300
    assert len(shown._windows) < 300


def test_plain_text_is_shown_up_to_a_bound() -> None:
    shown, printed, clock = lines()
    for number in range(PLAIN_LINES + 50):
        shown.show(f"  File {number}")
    assert len(printed) == PLAIN_LINES
    clock.now += MINUTE_S
    shown.repeat()
    assert printed[-1] == "  gateway | 50 more like it within a minute (the log has them)"


def test_requests_are_shown_to_the_verbose_only() -> None:
    request = json.dumps({"level": "info", "event": "request", "path": "/v1/search"})
    for verbose, count in ((False, 0), (True, 2)):
        shown, printed, _ = lines(verbose)
        shown.show(request)
        shown.show(request)
        assert len(printed) == count


def test_an_exception_is_named_and_its_traceback_left_in_the_log() -> None:
    shown, printed, _ = lines()
    exception = [{"exc_type": "KeyError", "exc_value": "'x'", "frames": [{"filename": "a.py"}] * 50}]
    shown.show(json.dumps({"level": "error", "event": "unhandled", "exception": exception}))
    assert printed == ["  gateway | error: unhandled (KeyError: 'x')"]


def test_lines_that_only_look_like_events_are_plain_text() -> None:
    shown, printed, _ = lines()
    odd = ["[1, 2]", "3", "null", '{"level": 1}', "[" * 100_000, '{"event": "e", "level": "warning", "exception": 3}']
    for line in odd:
        shown.show(line)
    assert len(printed) == len(odd)


def test_a_warning_is_shown_also_when_its_fields_say_that_it_is_none() -> None:
    shown, printed, _ = lines()
    shown.show('{"detail":{"level":"info"},"level":"warning","event":"odd"}')
    shown.show('{"detail":{"level":"warning"},"level":"info","event":"even"}')
    shown.show('{"path":"/x","level":"info","event":"request"}')
    shown.show('{"level":"info"')
    assert printed[0].startswith("  gateway | warning: odd")
    assert printed[1:] == ['  gateway | {"level":"info"']
