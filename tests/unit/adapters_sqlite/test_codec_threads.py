"""One codec serves the writer and all reading threads."""

import random
from concurrent.futures import ThreadPoolExecutor

from twofifty.adapters.relational.codec import Codec

WORDS = b"two woollen socks and a water bottle, shipped to the usual address; " * 100


def test_threads_that_read_and_write_at_once_get_their_own_bytes() -> None:
    codec = Codec({1: WORDS[:4000]})
    texts = [random.Random(i).randbytes(2_000) + WORDS * (1 + i % 20) for i in range(64)]
    blobs = [codec.pack(text) for text in texts]

    def work(seed: int) -> int:
        chance = random.Random(seed)
        picked = [chance.randrange(len(texts)) for _ in range(1_000)]
        return sum(codec.unpack(codec.pack(texts[i])) == codec.unpack(blobs[i]) for i in picked)

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(work, range(4))) == [1_000] * 4
