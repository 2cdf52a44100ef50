"""Statements that take a protection out of the schema of a test's database."""

from __future__ import annotations

from typing import Final

NO_FRAME_IS_KNOWN_AGAIN: Final = """
    create function telemetry.forget_frame() returns trigger language plpgsql as $$
    begin
        new.recorded_at := new.recorded_at + random() * interval '1 millisecond';
        return new;
    end $$;
    create trigger forget_frame before insert on telemetry.samples
        for each row execute function telemetry.forget_frame();
    create function telemetry.forget_message() returns trigger language plpgsql as $$
    begin
        new.stored := '{}';
        new.set_aside := '{}';
        return new;
    end $$;
    create trigger forget_message before insert or update on telemetry.continuity
        for each row execute function telemetry.forget_message();
"""
"""Neither is a message known by its number, nor a frame by its instant: it looks like another one each time."""

THE_STREAM_IS_NOT_LOGGED: Final = "alter table streaming.records set unlogged"
"""Nothing of the stream is on the disk in a way that survives the end of the server."""


def _forgotten(table: str) -> str:
    return f"""
        create function telemetry.forget() returns trigger language plpgsql as 'begin return null; end';
        create trigger forget before insert on {table} for each row execute function telemetry.forget();
    """


COLLISIONS_ARE_FORGOTTEN: Final = _forgotten("telemetry.sample_collisions")
"""Of two frames at one instant only the one that is shown is kept."""

THE_QUARANTINE_IS_FORGOTTEN: Final = _forgotten("telemetry.quarantine")
"""What cannot be stored as it came is answered for and not kept."""
