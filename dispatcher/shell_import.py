"""`dispatcher import`: progress on a terminal, each rejected row with its reason, and the counts.

Only `dispatcher/cli.py` imports this module, when it is asked for.
"""

from contextlib import closing

from dispatcher.meter import Meter
from dispatcher.output import Output
from dispatcher.settings import Settings
from domain.actors import Role
from domain.engine import Engine
from domain.errors import DispatchError, Forbidden
from domain.intake.files import Intake, Rejection, Tally


def run(settings: Settings, output: Output, *, kind: str, file: str, source: str = "requests") -> int:
    """Import a file.

    Args:
        settings: The database, and who asks: only an admin may.
        output: Where rejections and counts go.
        kind: `requests`, `providers` or `services`.
        file: The file's path, or `-`.
        source: Where requests come from; their keys are unique within it.

    Returns:
        0, also when rows were rejected.

    Raises:
        DispatchError: The file was unusable or the database not to be had; the counts so far are printed before it.
    """
    if settings.actor.role is not Role.ADMIN:
        raise Forbidden(f"Only an admin may import, and you act as {settings.actor}", role=settings.actor.role)
    meter = Meter()
    with closing(Engine.open(settings.url)) as engine:

        def reject(rejection: Rejection) -> None:
            meter.wipe()
            output.text(f"line {rejection.line}: {rejection.error.message}")
            output.data({"line": rejection.line, **rejection.error.as_dict()})

        intake = Intake(engine, reject=reject, progress=lambda tally, rows: meter.show(tally.done, rows, "rows"))
        try:
            if kind == "requests":
                intake.requests(file, source)
            elif kind == "providers":
                intake.providers(file)
            else:
                intake.services(file)
        except DispatchError:
            if intake.tally.rows:
                output.text(
                    f"Stopped early. {_sentence(kind, intake.tally)}; what landed stays, run it again to go on."
                )
            raise
        finally:
            meter.wipe()
    if intake.unused:
        output.text(f"Columns that nothing was taken from: {', '.join(intake.unused)}.")
    output.text(_sentence(kind, intake.tally) + ".")
    output.data({"import": kind, **intake.tally.as_dict(), "unused_columns": list(intake.unused)})
    return 0


def _sentence(kind: str, tally: Tally) -> str:
    noun = kind if tally.rows != 1 else kind.removesuffix("s")
    if kind == "requests":
        made = f" ({tally.services:,} services and {tally.customers:,} customers were new)" if tally.added else ""
        parts = f"{tally.added:,} added{made}, {tally.unchanged:,} already there"
    else:
        parts = f"{tally.added:,} added, {tally.updated:,} updated, {tally.unchanged:,} unchanged"
    return f"{tally.rows:,} {noun}: {parts}, {tally.rejected:,} rejected"
