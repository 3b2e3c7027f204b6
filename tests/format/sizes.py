# SPDX-License-Identifier: BSD-2-Clause
"""What each column of a baseline costs, packed alone: python3 sizes.py FILE"""

import sys
import zlib
from collections import Counter

from baseline import Baseline, DIGEST, NUMBER

b = Baseline(open(sys.argv[1], "rb").read())
expanded, packed, codes = Counter(), Counter(), {}
for block in b.blocks:
    for n, data in b.parts(block)[0].items():
        name, kind, _ = b.columns[n]
        low = 3 * block[4] if kind == NUMBER and data[0] == 4 else 0
        expanded[name] += len(data) + low
        packed[name] += low + (len(data) if kind == DIGEST else len(zlib.compress(data, 1)) - 8)
        codes.setdefault(name, Counter())[data[0] if kind == NUMBER else "-"] += 1
total = sum(x[1] + x[2] for x in b.blocks)
print(f"{b.entries} entries in {len(b.blocks)} blocks, {len(b.data) / b.entries:.2f} bytes an entry; "
      f"blocks {total / b.entries:.2f}, index {b.index_len / b.entries:.2f}, header {b.header_len}")
for name, size in packed.most_common():
    print(f"{name:16} {expanded[name] / b.entries:8.3f} {size / b.entries:8.3f}  {dict(codes[name])}")
