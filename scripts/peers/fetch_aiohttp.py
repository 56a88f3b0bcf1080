import asyncio
import sys

import aiohttp


async def worker(session, urls):
    for url in urls:
        async with session.get(url) as response:
            await response.read()


async def main():
    urls = iter(open(sys.argv[1]).read().split())
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:
        await asyncio.gather(*(worker(session, urls) for _ in range(64)))


asyncio.run(main())
