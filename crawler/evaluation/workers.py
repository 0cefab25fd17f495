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

from crawler.evaluation.labelled import Kind, Sample
from crawler.evaluation.prediction import Fate, Outcome, Prediction

_AT_ONCE = {Kind.PAGE: 4, Kind.TEXT: 50, Kind.NAME: 1_000}  # samples a message
_MEMORY_BYTES = 3_000_000_000
_START_SECONDS = 60.0  # a process imports the engine before its first answer

Judge = Callable[[Sample], Prediction]


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    batch: tuple[Sample, ...] = ()
    deadline: float = 0.0
    fresh: bool = field(default=True)


def judge_all(samples: Iterable[Sample], judge: Judge, *, seconds: float, processes: int = 0) -> Iterator[Outcome]:
    """Every sample with what ``judge`` said of it, as they are done; content is dropped. ``seconds``: for one sample.

    ``judge`` must be picklable. A batch that fails is tried again one by one, so that only the culprit is lost.
    """
    batches = _batches(samples)
    again: deque[tuple[Sample, ...]] = deque()
    workers = [_start(judge) for _ in range(processes or os.cpu_count() or 1)]
    try:
        while True:
            for worker in workers:
                if not worker.batch and (batch := again.popleft() if again else next(batches, None)):
                    _give(worker, batch, seconds)
            if not any(worker.batch for worker in workers):
                return
            for place in _ready(workers):
                done, lost = _take(workers[place])
                yield from done
                if lost is not None:
                    yield from _lose(workers[place], lost, again)
                    _stop(workers[place])
                    workers[place] = _start(judge)
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


def _start(judge: Judge) -> _Worker:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, judge), daemon=True)
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


def _take(worker: _Worker) -> tuple[tuple[Outcome, ...], Fate | None]:
    """The answers, or how the process was lost."""
    if not worker.pipe.poll():
        return (), Fate.TIMED_OUT
    try:
        answers: tuple[Prediction, ...] = worker.pipe.recv()
    except (EOFError, OSError):
        return (), Fate.CRASHED
    rows = zip(worker.batch, answers, strict=True)
    return tuple(Outcome(replace(sample, content=""), answer) for sample, answer in rows), None


def _lose(worker: _Worker, fate: Fate, again: deque[tuple[Sample, ...]]) -> Iterator[Outcome]:
    if len(worker.batch) > 1:
        again.extend((sample,) for sample in worker.batch)
        return
    reason = "took too long" if fate is Fate.TIMED_OUT else "the judging process died"
    for sample in worker.batch:
        yield Outcome(replace(sample, content=""), Prediction(sample.id, fate, reason=reason))


def _stop(worker: _Worker) -> None:
    worker.process.kill()
    worker.process.join(5)
    worker.pipe.close()


def _work(pipe: Connection, judge: Judge) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            batch: tuple[Sample, ...] = pipe.recv()
            pipe.send(tuple(_judged(sample, judge) for sample in batch))


def _judged(sample: Sample, judge: Judge) -> Prediction:
    try:
        return judge(sample)
    except Exception as error:  # noqa: BLE001 - one sample's fault is told as its own result
        return Prediction(sample.id, Fate.FAILED, reason=f"{type(error).__name__}: {error}"[:300])
