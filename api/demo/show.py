"""How the demo tells its story: a line per step with its time, and a table at the end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table


@dataclass(slots=True)
class Step:
    """A step while it runs: what it proved is added as it goes."""

    title: str
    proved: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def prove(self, what: str) -> None:
        """Note what the step has shown."""
        self.proved.append(what)


class Show:
    """Prints steps and keeps them for the table."""

    def __init__(self, console: Console | None = None) -> None:
        """Print to a console."""
        self.console = console or Console(highlight=False)
        self.steps: list[Step] = []
        self._begun = time.perf_counter()

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Run a step, time it and print what it proved."""
        current = Step(title)
        number = len(self.steps) + 1
        self.console.print(f"[bold]{number}. {title}[/bold]")
        begun = time.perf_counter()
        yield current
        current.seconds = time.perf_counter() - begun
        self.steps.append(current)
        for line in current.proved:
            self.console.print(f"   [green]✓[/green] {line}")
        self.console.print(f"   [dim]{current.seconds:.1f} с[/dim]")

    @contextmanager
    def bar(self, title: str, total: int) -> Iterator[Bar]:
        """Show a progress bar with a line that changes."""
        columns = (
            TextColumn("   {task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console) as progress:
            yield Bar(progress, progress.add_task(title, total=total, note=""))

    def summary(self) -> None:
        """Print the table of all steps."""
        table = Table(title="Собрание целиком", show_lines=False)
        table.add_column("№", justify="right")
        table.add_column("Шаг")
        table.add_column("Время, с", justify="right")
        table.add_column("Что доказано")
        for number, step in enumerate(self.steps, 1):
            proved = step.proved[0] if step.proved else ""
            table.add_row(str(number), step.title, f"{step.seconds:.1f}", proved)
        self.console.print(table)
        self.console.print(f"Всего {time.perf_counter() - self._begun:.1f} с.")


@dataclass(slots=True)
class Bar:
    """A progress bar one can move."""

    progress: Progress
    task: TaskID
    done: int = 0

    def move(self, note: str = "", by: int = 1) -> None:
        """Move forward and change the note."""
        self.done += by
        if note:
            self.progress.update(self.task, advance=by, note=note)
        else:
            self.progress.update(self.task, advance=by)
