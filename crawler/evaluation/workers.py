"""Judges samples in processes that can be killed: a page that hangs or eats memory costs its own result alone."""

import contextlib
import os
import resource
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from crawler.evaluation.labelled import Kind, Sample
from crawler.evaluation.prediction import Fate, Outcome, Prediction

_AT_ONCE = {Kind.PAGE: 4, Kind.TEXT: 50, Kind.NAME: 1_000}  # samples a message
_MEMORY_BYTES = 3_000_000_000
_START_SECONDS = 60.0  # a process imports the engine before its first answer

T = TypeVar("T")
Work = Callable[[Sample], T]
Lost = Callable[[Sample, Fate, str], T]
Judge = Work[Prediction]


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    batch: tuple[Sample, ...] = ()
    deadline: float = 0.0
    fresh: bool = field(default=True)


def judge_all(samples: Iterable[Sample], judge: Judge, *, seconds: float, processes: int = 0) -> Iterator[Outcome]:
    """Every sample, without its content, with what ``judge`` said of it."""
    for sample, said in run_all(samples, judge, _unjudged, seconds=seconds, processes=processes):
        yield Outcome(sample, said)


def _unjudged(sample: Sample, fate: Fate, reason: str) -> Prediction:
    return Prediction(sample.id, fate, reason=reason)


def run_all(
    samples: Iterable[Sample], work: Work[T], lost: Lost[T], *, seconds: float, processes: int = 0
) -> Iterator[tuple[Sample, T]]:
    """Every sample with what ``work`` made of it, as they are done; content is dropped. ``seconds``: for one sample.

    ``work`` and ``lost`` must be picklable; ``lost`` stands in for what did not come back. A batch that fails is tried
    again one by one, so that only the culprit is lost.
    """
    batches = _batches(samples)
    again: deque[tuple[Sample, ...]] = deque()
    workers = [_start(work, lost) for _ in range(processes or os.cpu_count() or 1)]
    try:
        while True:
            for worker in workers:
                if not worker.batch and (batch := again.popleft() if again else next(batches, None)):
                    _give(worker, batch, seconds)
            if not any(worker.batch for worker in workers):
                return
            for place in _ready(workers):
                done, fate = _take(workers[place])
                yield from done
                if fate is not None:
                    yield from _lose(workers[place], fate, again, lost)
                    _stop(workers[place])
                    workers[place] = _start(work, lost)
                workers[place].batch = ()
    finally:
        for worker in workers:
            _stop(worker)


def _ready(workers: Sequence[_Worker]) -> tuple[int, ...]:
    """Places of those that have answered, died or run out of time, after a short wait for one."""
    busy = [worker for worker in workers if worker.batch]
    patience = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
    heard = set(wait([worker.pipe for worker in busy], timeout=min(patience, 0.5)))
    now = time.monotonic()
    return tuple(
        place
        for place, worker in enumerate(workers)
        if worker.batch and (worker.pipe in heard or now >= worker.deadline)
    )


def _batches(samples: Iterable[Sample]) -> Iterator[tuple[Sample, ...]]:
    batch: list[Sample] = []
    for sample in samples:
        if batch and (sample.kind is not batch[0].kind or len(batch) >= _AT_ONCE[sample.kind]):
            yield tuple(batch)
            batch = []
        batch.append(sample)
    if batch:
        yield tuple(batch)


def _start(work: Work[T], lost: Lost[T]) -> _Worker:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, work, lost), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _give(worker: _Worker, batch: tuple[Sample, ...], seconds: float) -> None:
    worker.batch = batch
    spare = _START_SECONDS if worker.fresh else 0.0
    worker.deadline = time.monotonic() + seconds * len(batch) ** 0.5 + spare
    worker.fresh = False
    with contextlib.suppress(OSError):  # a dead process shows itself when its answer is taken
        worker.pipe.send(batch)


def _take(worker: _Worker) -> tuple[list[tuple[Sample, Any]], Fate | None]:
    """The answers, or how the process was lost."""
    if not worker.pipe.poll():
        return [], Fate.TIMED_OUT
    try:
        answers: tuple[Any, ...] = worker.pipe.recv()
    except (EOFError, OSError):
        return [], Fate.CRASHED
    rows = zip(worker.batch, answers, strict=True)
    return [(replace(sample, content=""), answer) for sample, answer in rows], None


def _lose(worker: _Worker, fate: Fate, again: deque[tuple[Sample, ...]], lost: Lost[T]) -> Iterator[tuple[Sample, T]]:
    if len(worker.batch) > 1:
        again.extend((sample,) for sample in worker.batch)
        return
    reason = "took too long" if fate is Fate.TIMED_OUT else "the judging process died"
    for sample in worker.batch:
        yield replace(sample, content=""), lost(sample, fate, reason)


def _stop(worker: _Worker) -> None:
    worker.process.kill()
    worker.process.join(5)
    worker.pipe.close()


def _work(pipe: Connection, work: Work[T], lost: Lost[T]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            batch: tuple[Sample, ...] = pipe.recv()
            pipe.send(tuple(_done(sample, work, lost) for sample in batch))


def _done(sample: Sample, work: Work[T], lost: Lost[T]) -> T:
    try:
        return work(sample)
    except Exception as error:  # noqa: BLE001 - one sample's fault is told as its own result
        return lost(sample, Fate.FAILED, f"{type(error).__name__}: {error}"[:300])
