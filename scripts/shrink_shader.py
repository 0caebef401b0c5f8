#!/usr/bin/env python3
"""Prints a GLSL ES 3.00 shader without comments and blanks, its own names a letter or two long.

What a program outside may name stays: uniforms, inputs, outputs and main. HEADS_ONLY is defined: web/embed draws heads.
"""
import itertools
import re
import string
import sys

TYPE = r'(?:int|float|bool|i?vec[234])'

text = re.sub(r'//.*|#ifndef HEADS_ONLY[^#]*#endif', '', open(sys.argv[1]).read())
outside = set(re.findall(r'\w+', ' '.join(re.findall(r'\b(?:uniform|in|out)\b[^;]*;', text)))) | {'main'}
declared = re.findall(rf'\b{TYPE}\s+(\w[^;(){{]*)', text)
own = {re.match(rf'(?:{TYPE}\s+)?(\w+)', part.strip())[1] for names in declared for part in names.split(',')} - outside
used = set(re.findall(r'\w+', text))
short = (''.join(letters) for count in (1, 2) for letters in itertools.product(string.ascii_letters, repeat=count))
names = dict(zip(sorted(own, key=lambda name: (-len(re.findall(rf'\b{name}\b', text)), name)),
                 (name for name in short if name not in used)))
text = re.sub(r'(?<!\.)\b[A-Za-z_]\w*', lambda match: names.get(match[0], match[0]), text)
first, rest = text.split('\n', 1)  # #version stands alone
print(first + '\n' + re.sub(r'\s*([-+*/=<>(),;{}?:!|&])\s*', r'\1', ' '.join(rest.split())))
