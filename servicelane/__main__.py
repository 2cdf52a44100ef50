"""The human's command: `servicelane demo | up | device | simulate | replay | status | doctor | …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from servicelane import device_app, planner_app, public_sets_app
from servicelane.device_app import device
from servicelane.history_app import history
from servicelane.interrupts import run_until_interrupted
from servicelane.models_app import models
from servicelane.quarantine_app import quarantine
from servicelane.state_file import default_data_folder, read_state
from streaming.settings import StreamKind

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
evaluate = typer.Typer(no_args_is_help=True, help="Judge a part against the hidden truth of simulated cars.")
app.add_typer(evaluate, name="evaluate")
app.add_typer(planner_app.app, name="planner")
app.add_typer(device, name="device")
app.command("enrol", help="The same as `device enrol`.")(device_app.enrol)
app.add_typer(quarantine, name="quarantine")
app.add_typer(history, name="history")
app.add_typer(models, name="models")
console = Console()

DataDir = Annotated[
    Path, typer.Option("--data-dir", help="Where everything is kept.", default_factory=default_data_folder)
]
Json = Annotated[Path | None, typer.Option("--json", help="Write the result for programs to this file.")]
StreamOption = Annotated[
    StreamKind, typer.Option("--stream", envvar="STREAMING_KIND", help="What carries the records; kafka needs Java.")
]
Seed = Annotated[int, typer.Option(help="Another fleet, with other faults.")]


@app.command()
def demo(
    data_dir: DataDir,
    json: Json = None,
    seed: Seed = 7,
    api_port: int | None = None,
    stream: StreamOption = StreamKind.POSTGRES,
    pictures: Annotated[Path | None, typer.Option(help="Take pictures of the pages into this folder.")] = None,
) -> None:
    """Run the whole loop once on recorded and simulated cars and say what it came to."""
    from servicelane.demo_command import DemoOptions
    from servicelane.demo_command import demo as run

    options = DemoOptions(data_dir, json, seed, api_port, stream, pictures)
    raise typer.Exit(run_until_interrupted(run(console, options)))


@app.command()
def up(
    data_dir: DataDir,
    api_port: int = 8080,
    web_port: int = 8081,
    device_port: int = 8883,
    enrolment_port: int = 8443,
    device_host: Annotated[
        str, typer.Option(help="The address cars connect to; 0.0.0.0 for every network.")
    ] = "127.0.0.1",
    stream: StreamOption = StreamKind.POSTGRES,
) -> None:
    """Run Servicelane on this machine until Ctrl-C; data is kept between runs."""
    from servicelane.stack import StackOptions
    from servicelane.up_command import up as run

    options = StackOptions(
        data_dir,
        api_port=api_port,
        web_port=web_port,
        device_host=device_host,
        device_port=device_port,
        enrolment_port=enrolment_port,
        stream=stream,
    )
    raise typer.Exit(run_until_interrupted(run(console, options)))


@app.command()
def migrate() -> None:
    """Bring the database of DATABASE_URL to this version; what is applied already is left alone."""
    from servicelane.migrate_command import migrate as run

    raise typer.Exit(run_until_interrupted(run(console)))


@app.command("broker-files")
def broker_files(
    data_dir: DataDir,
    device_port: int = 8883,
    service_port: int = 1884,
    service_tls: Annotated[bool, typer.Option(help="TLS for our services too (INGEST_BROKER_CA_FILE).")] = False,
) -> None:
    """Write what a broker in a container of its own needs: configuration, rules, accounts, certificates."""
    from servicelane.broker_files_command import broker_files as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, device_port, service_port, service_tls)))


@app.command()
def status(data_dir: DataDir) -> None:
    """Say what a running stack is doing."""
    from servicelane.status_command import status as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir)))


@app.command()
def backup(
    data_dir: DataDir, to: Annotated[Path, typer.Option(help="A folder that does not exist yet; it will hold secrets.")]
) -> None:
    """Copy a running stack, its database and its keys, without stopping it."""
    from servicelane.backup_command import backup as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, to)))


@app.command()
def restore(
    data_dir: DataDir, from_: Annotated[Path, typer.Option("--from", help="A folder that `servicelane backup` made.")]
) -> None:
    """Put a back-up into a new data directory, for `servicelane up` to run."""
    from servicelane.backup_command import restore as run

    raise typer.Exit(run_until_interrupted(run(console, from_, data_dir)))


@app.command()
def erase(
    data_dir: DataDir,
    owner: Annotated[str | None, typer.Argument(help="The account, as its tokens name it: owner-1.")] = None,
    requested: Annotated[bool, typer.Option("--requested", help="Every account whose owner has asked for it.")] = False,
    kept_years: Annotated[int, typer.Option(min=0, help="How long visits that took place are kept, apart.")] = 10,
) -> None:
    """Erase an account and what its cars have said while they were its own (docs/access.md)."""
    from servicelane.erase_command import erase as run

    if (owner is None) != requested:
        raise typer.BadParameter("name one account, or say --requested")
    raise typer.Exit(run_until_interrupted(run(console, data_dir, owner, kept_years)))


@app.command()
def continuity(vin: str, data_dir: DataDir) -> None:
    """Say what of a car's messages has arrived, what is missing, and whether it may still come."""
    from servicelane.continuity_command import continuity as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, vin)))


@app.command()
def faults(
    vin: str, data_dir: DataDir, language: Annotated[str, typer.Option(help="en or zh.")] = "en", json: Json = None
) -> None:
    """Say what is wrong with a car: ranked causes, the next tests, parts, and what its owner is told."""
    from servicelane.faults_command import faults as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, vin, language, json)))


@app.command()
def weights(data_dir: DataDir, json: Json = None) -> None:
    """Show how causes that workshops confirmed have moved the weights of the fault catalogue."""
    from servicelane.faults_command import weights as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, json)))


@app.command()
def trace(
    vin: str, boot_id: UUID, sequence: int, data_dir: DataDir, frame: Annotated[int | None, typer.Option(min=0)] = None
) -> None:
    """Say whether one message of a car, or one frame of it, was stored: when, and where."""
    from servicelane.continuity_command import trace as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, vin, boot_id, sequence, frame)))


@app.command()
def simulate(
    data_dir: DataDir,
    scenario: Annotated[Path | None, typer.Option(help="A scenario in TOML; the demo's by default.")] = None,
    seed: Seed = 7,
    real_time: Annotated[bool, typer.Option(help="A second is a second, instead of time-lapse.")] = False,
    json: Json = None,
) -> None:
    """Let simulated cars drive against the running stack, or against one started for this run."""
    from servicelane.sending_commands import simulate as run

    raise typer.Exit(run_until_interrupted(run(console, data_dir, scenario, seed, real_time, json)))


@app.command()
def replay(
    files: Annotated[list[Path], typer.Argument(help="Recorded drives: CSV or candump; .gz, .xz, in .tar.xz too.")],
    data_dir: DataDir,
    columns: Annotated[Path | None, typer.Option(help="Column map in TOML; the KIT drives' by default.")] = None,
    bus: Annotated[Path | None, typer.Option(help="Bus map in TOML, for candump logs; it names the DBC.")] = None,
    speed: Annotated[float, typer.Option(help="1 = as recorded, 0 = as fast as it goes.")] = 0,
    shift_to_now: Annotated[bool, typer.Option(help="Move the instants so that the last one is now.")] = False,
    repeat: Annotated[float, typer.Option(help="Share of messages that are sent twice.")] = 0,
    reorder: Annotated[float, typer.Option(help="Share of messages that are overtaken by later ones.")] = 0,
    json: Json = None,
) -> None:
    """Send recorded drives of real cars and count what arrived."""
    from servicelane.sending_commands import ReplayOptions
    from servicelane.sending_commands import replay as run

    options = ReplayOptions(files, columns, bus, speed, shift_to_now, repeat, reorder)
    raise typer.Exit(run_until_interrupted(run(console, data_dir, options, json)))


@app.command()
def export(
    data_dir: DataDir,
    out: Annotated[Path, typer.Option(help="The file; a folder where several tables are wanted.")],
    from_at: Annotated[str, typer.Option("--from", help="First instant, with offset: 2026-03-01T00:00:00Z.")],
    to_at: Annotated[str, typer.Option("--to", help="The instant after the last.")],
    vin: Annotated[list[str] | None, typer.Option(help="A car; may be said again.")] = None,
    fleet: Annotated[bool, typer.Option(help="Every car.")] = False,
    what: Annotated[
        list[str] | None, typer.Option(help="signals, events, codes, code_reports, findings; may be said again.")
    ] = None,
    format_: Annotated[str | None, typer.Option("--format", help="parquet or csv; by default as FILE ends.")] = None,
    signals: Annotated[str | None, typer.Option(help="a,b,c: these alone. By default all that were ever sent.")] = None,
    with_positions: Annotated[bool, typer.Option(help="With positions, which are personal data.")] = False,
    pseudonymous: Annotated[bool, typer.Option(help="A key in place of the VIN, another in each export.")] = False,
    force: Annotated[bool, typer.Option(help="Overwrite files.")] = False,
) -> None:
    """Write signals, events, codes or findings of cars and a period into Parquet or CSV files."""
    from servicelane.export_command import ExportOptions
    from servicelane.export_command import export as run

    options = ExportOptions(
        from_at=from_at,
        to_at=to_at,
        vins=tuple(vin or ()),
        fleet=fleet,
        what=tuple(dict.fromkeys(what or ("signals",))),
        format=format_,
        out=out,
        signals=signals,
        with_positions=with_positions,
        pseudonymous=pseudonymous,
        force=force,
    )
    raise typer.Exit(run_until_interrupted(run(console, data_dir, options)))


@app.command()
def evidence(
    finding_id: UUID,
    data_dir: DataDir,
    png: Annotated[Path | None, typer.Option(help="Write the picture to this PNG file.")] = None,
    svg: Annotated[Path | None, typer.Option(help="Write the picture to this SVG file.")] = None,
    language: Annotated[Literal["en", "zh"], typer.Option(help="Of the words in it.")] = "en",
    time_zone: Annotated[str, typer.Option(help="IANA name of the zone in which instants are told.")] = "UTC",
) -> None:
    """Draw what a finding was judged by: values, healthy band, limit, first sign, finding, trouble codes."""
    from servicelane.evidence_command import EvidenceOptions
    from servicelane.evidence_command import show_evidence as run

    options = EvidenceOptions(finding_id, png, svg, language, time_zone)
    raise typer.Exit(run_until_interrupted(run(console, data_dir, options)))


@app.command()
def doctor(data_dir: DataDir, stream: StreamOption = StreamKind.POSTGRES) -> None:
    """Say what would keep Servicelane from running here, and what to do about it."""
    from servicelane.doctor import examine

    checks = list(examine(data_dir, stream))
    table = Table("", "", "found", "do this", box=None)
    for check in checks:
        table.add_row("[red]✗[/]" if check.advice else "[green]✓[/]", check.name, check.found, check.advice)
    console.print(table)
    raise typer.Exit(1 if any(check.advice for check in checks) else 0)


@app.command()
def capacity(
    cars: Annotated[list[int] | None, typer.Option(help="Size of a fleet; may be given several times.")] = None,
    costs: Annotated[Path | None, typer.Option(help="Measured costs; those that come with Servicelane.")] = None,
    json: Json = None,
) -> None:
    """Say what fleets take: messages, cores, memory, disk."""
    from servicelane.capacity_command import FLEETS
    from servicelane.capacity_command import capacity as run

    raise typer.Exit(run(console, cars or FLEETS, costs, json))


@app.command()
def codes(
    code: Annotated[
        list[str], typer.Argument(help="Trouble codes, as P0128 or P0302-00, or findings, as finding:misfire.")
    ],
    lang: Annotated[Literal["en", "zh"], typer.Option(help="The language of the answer.")] = "en",
) -> None:
    """Say what trouble codes mean, what they come from, how to check, and what the repair takes."""
    from servicelane.codes_command import codes as run

    raise typer.Exit(run(console, code, lang))


@app.command()
def docs() -> None:
    """Write the pages that are made from the code: signals, metrics and AsyncAPI."""
    from servicelane.generated_pages import write_pages

    for path in write_pages():
        console.print(path)


@app.command()
def token(
    role: Annotated[str, typer.Argument(help="owner, driver, technician, service_adviser, workshop_manager, …")],
    data_dir: DataDir,
    as_: Annotated[str | None, typer.Option("--as", help="Whom it stands for; ROLE-1 by default.")] = None,
    of: Annotated[str | None, typer.Option(help="The workshop or the fleet, for the roles that belong to one.")] = None,
) -> None:
    """Print a bearer token of the development issuer, for the API of this data directory."""
    from booking_api.development_issuer import ensure_development_keys, issue_token

    ensure_development_keys(data_dir / "keys")
    try:
        print(issue_token(data_dir / "keys", subject=as_ or f"{role}-1", role=role, organisation_id=of))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if read_state(data_dir) is None:
        Console(stderr=True).print("No stack runs with this data directory; `servicelane up` starts one.")


@evaluate.command()
def diagnostics(
    seed: Seed = 48611,
    cars: Annotated[int, typer.Option(min=1, help="Faulty cars per detector; five healthy car-years for each.")] = 100,
    drives: Annotated[Path | None, typer.Option(help="A folder of recorded drives, also archives of such.")] = None,
    columns: Annotated[
        Path | None, typer.Option(help="The map of their columns; without it that of the KIT set.")
    ] = None,
    json: Json = None,
    page: Annotated[bool, typer.Option("--page", help="Write docs/diagnostics-evaluation.md and its picture.")] = False,
    development: Annotated[bool, typer.Option("--development", help="Draw from the ranges for development.")] = False,
) -> None:
    """Recall, precision, lead and false alarms of every detector: on simulated fleets and on recorded drives."""
    from servicelane.evaluation_command import diagnostics as run

    raise typer.Exit(run(console, seed, cars, drives, columns, json, page=page, development=development))


@evaluate.command()
def booking(
    seed: Seed = 4001,
    replications: Annotated[int, typer.Option(min=2, help="Towns for each load.")] = 30,
    json: Json = None,
    page: Annotated[bool, typer.Option("--page", help="Write docs/booking-evaluation.md.")] = False,
) -> None:
    """Late critical jobs, travel and preferred days of the offered visits, against other policies and a bound."""
    from servicelane.booking_evaluation_command import booking as run

    raise typer.Exit(run(console, seed, replications, json, page=page))


@evaluate.command("models")
def fleet_models(
    seed: Seed = 4001,
    cars: Annotated[int, typer.Option(min=1, help="Faulty cars per fault and model of car.")] = 4,
    vehicle_model: Annotated[list[str] | None, typer.Option(help="Of these models of car alone.")] = None,
    json: Json = None,
    development: Annotated[bool, typer.Option("--development", help="Draw from the ranges for development.")] = False,
) -> None:
    """Whether a model of the fleet tells of faults before the rules do, and what sound cars have to hear."""
    from servicelane.models_evaluation_command import models as run

    raise typer.Exit(run(console, seed, cars, vehicle_model or [], json, development=development))


evaluate.command("rul")(public_sets_app.rul)
evaluate.command("events")(public_sets_app.events)
evaluate.command("planner")(planner_app.evaluate)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
