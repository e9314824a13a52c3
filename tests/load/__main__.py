"""Prints every section as soon as it is measured."""

import argparse
import asyncio
import os
import platform
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from data.database import make_engine
from data.settings import Settings
from language import _, format_number
from tests.data.postgres import shared_server
from tests.load.failover import failed_over
from tests.load.people import make_clerks, sign_in_all
from tests.load.servers import Server, balanced, serving
from tests.load.steady import Waits, come_and_go, make_walks, measured, warmed_up
from tests.load.walks import not_kept

WANTED = 0.5
"""Seconds below which 95 of 100 actions are to be answered."""
SHORT = 5
"""Seconds for which a session whose page was closed is kept while memory is measured."""


def _say(words: str) -> None:
    print(words, flush=True)


def _machine() -> str:
    return _("Python {python}, {cores} nhân, tải của máy lúc bắt đầu {load}").format(
        python=platform.python_version(), cores=os.cpu_count(), load=format_number(os.getloadavg()[0], 1)
    )


def _waits(waits: Waits) -> None:
    for screen, seconds in sorted(waits.seconds.items()):
        half, most = np.percentile(seconds, [50, 95])
        _say(
            _("  {screen:<14} {n:>5} thao tác   p50 {half:>5} s   p95 {most:>5} s   dài nhất {longest:>5} s").format(
                screen=screen,
                n=len(seconds),
                half=format_number(float(half), 2),
                most=format_number(float(most), 2),
                longest=format_number(max(seconds), 2),
            )
        )
    everything = [own for seconds in waits.seconds.values() for own in seconds]
    _say(
        _(
            "  tất cả: p95 {most} s (cần dưới {wanted} s), {n} lỗi, bộ xử lý {processor} nhân, tải của máy {load}"
        ).format(
            most=format_number(float(np.percentile(everything, 95)), 2),
            wanted=format_number(WANTED, 1),
            n=len(waits.failures),
            processor=format_number(waits.processor, 2),
            load=format_number(waits.load, 1),
        )
    )
    for failure in waits.failures[:5]:
        _say(f"    {failure}")


async def _one_process(server: Server, folder: Path, people: int, seconds: float, visits: int) -> bool:
    engine = make_engine(Settings(database_url="", dti_folder=folder).url)
    clerks = make_clerks(engine, people)
    begin = time.monotonic()
    cookies = await sign_in_all(server.address, clerks)
    _say(
        _("  {n} tài khoản của {units} đơn vị đăng nhập qua trang đăng nhập, trước khi đo: {seconds} s").format(
            n=people, units=len({own.unit for own in clerks}), seconds=format_number(time.monotonic() - begin, 0)
        )
    )
    walks = make_walks(server.address, clerks, cookies)
    await warmed_up(walks)
    waits = await measured(server, walks, seconds)
    _waits(waits)
    lost = not_kept(engine, walks)
    engine.dispose()
    said = sum(len(walk.kept) for walk in walks)
    _say(_("  {n} số liệu được báo «Đã lưu nháp», thiếu trong cơ sở dữ liệu: {lost}").format(n=said, lost=len(lost)))
    for walk in walks:
        await walk.tab.close()
    await _memory(server, cookies, visits)
    return not waits.failures and not lost


async def _memory(server: Server, cookies: list[dict[str, str]], visits: int) -> None:
    _say(
        _("Bộ nhớ khi {n} phiên đến rồi đi (mỗi phiên mở hai màn hình, giữ {ttl} giây sau khi đóng)").format(
            n=visits, ttl=SHORT
        )
    )
    levels = []
    for number in (visits // 4, visits, visits):
        failures = await come_and_go(server.address, cookies, number)
        await asyncio.sleep(SHORT + 1)
        # Sessions that have outlived their time are let go when the next one is put aside.
        failures += await come_and_go(server.address, cookies, 2)
        levels.append(server.memory)
        _say(
            _("  sau {n} phiên: {memory} MB, {failures} lỗi").format(
                n=number, memory=format_number(server.memory, 0), failures=len(failures)
            )
        )
    _say(
        _("  mức sau cùng so với mức đầu: {change} %").format(
            change=format_number(100 * (levels[-1] / levels[0] - 1), 1)
        )
    )


def _two_processes(people: int) -> bool:
    """Kills one of two processes on PostgreSQL behind nginx; True when nothing was lost."""
    _say(_("Hai tiến trình sau nginx, PostgreSQL, {n} người đang nhập, một tiến trình bị tắt ngang").format(n=people))
    with TemporaryDirectory() as name, shared_server(Path(name)) as url:
        folder = Path(name)
        settings = Settings(database_url=url, dti_folder=folder)
        with serving(folder, 2, url) as servers, balanced(folder, *servers) as address:
            engine = make_engine(settings.url)
            clerks = make_clerks(engine, people)
            cookies = asyncio.run(sign_in_all(address, clerks))
            walks = make_walks(address, clerks, cookies)
            found = asyncio.run(failed_over(walks, servers[0]))
            missing = not_kept(engine, walks)
            engine.dispose()
    _say(
        _(
            "  {cut} người đang ở tiến trình bị tắt làm tiếp ở tiến trình kia sau {seconds} s, không phải đăng nhập lại; "
            "{open} ô nhập dở được trang giữ lại, mất {lost}; nháp đã báo lưu bị mất: {missing}"
        ).format(
            cut=found.cut,
            seconds=format_number(found.seconds, 1),
            open=found.open,
            lost=found.lost,
            missing=len(missing),
        )
    )
    return not found.lost and not missing and 0 < found.cut < people


def main() -> None:
    """Measures and prints everything; ends with 1 when somebody met a failure or anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.load")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--visits", type=int, default=1000)
    parser.add_argument("--typing", type=int, default=40)
    wanted = parser.parse_args()
    _say(_machine())
    _say(_("Một tiến trình, {n} phiên đã đăng nhập, mỗi phiên thao tác 10 giây một lần").format(n=wanted.people))
    with TemporaryDirectory() as name:
        folder = Path(name)
        with serving(folder, options=["--server.disconnectedSessionTTL", str(SHORT)]) as (server,):
            sound = asyncio.run(_one_process(server, folder, wanted.people, wanted.seconds, wanted.visits))
    sound &= _two_processes(wanted.typing)
    sys.exit(not sound)


if __name__ == "__main__":
    main()
