"""Downloads a large file, whole or not at all; what came before a cut is kept and continued."""
import hashlib
import http.client
import json
import os
import re
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib

CHUNK = 1 << 18
TIMEOUT = 30  # seconds without a byte
TRIES = 4     # one after the other that give nothing more
CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'  # where Debian keeps what its administrator trusts


class Failure(Exception):
    """One sentence for the person who sees it: what is wrong and what to do."""


class Cut(Exception):
    """The connection ended before the file did."""


def size_text(count):
    return f'{count / 1e6:.1f} MB'


def host_of(address):
    return urllib.parse.urlsplit(address).netloc


def download(address, part):
    """Fetches the address to the file `part` (a Path), going on where an earlier try or run ended."""
    facts = _facts(part)
    if facts.get('address') == address and 0 < facts.get('total', 0) == _kept_bytes(part):
        return
    fruitless = 0
    while fruitless < TRIES:
        before = _kept_bytes(part)
        try:
            return _receive(address, part)
        except (Cut, TimeoutError, ConnectionError, http.client.HTTPException) as error:
            fruitless = 0 if _kept_bytes(part) > before else fruitless + 1
            _note(f'the connection to {host_of(address)} was cut ({error or "no reason given"}): trying again')
            time.sleep(fruitless)
    raise Failure(f'the connection to {host_of(address)} keeps being cut: {_kept_text(part)}')


def forget(part):
    part.unlink(missing_ok=True)
    _facts_path(part).unlink(missing_ok=True)


def sha256_of(path):
    with open(path, 'rb') as file:
        return hashlib.file_digest(file, 'sha256').hexdigest()


def _facts_path(part):
    return part.with_name(part.name + '.json')


def _kept_bytes(part):
    return part.stat().st_size if part.exists() else 0


def _kept_text(part):
    kept = _kept_bytes(part)
    return f'{size_text(kept)} are kept, run this again to fetch the rest' if kept else 'run this again'


def _note(sentence):
    print(f'headlens: {sentence}', file=sys.stderr)


def _facts(part):
    """What is known of the part: its address, the file's version ('' if it cannot be continued) and total length."""
    try:
        return json.loads(_facts_path(part).read_text())
    except (OSError, ValueError):
        return {}


def _resumable(address, part):
    """How many bytes of this version of the file are there, and which version."""
    facts = _facts(part)
    if facts.get('address') != address or not facts.get('version'):
        return 0, ''
    return _kept_bytes(part), facts['version']


def _open(address, offset, version):
    headers = {'User-Agent': 'headlens', 'Accept-Encoding': 'identity'}
    if offset:
        headers |= {'Range': f'bytes={offset}-', 'If-Range': version}
    context = ssl.create_default_context()
    if os.path.exists(CERTIFICATES):
        context.load_verify_locations(CERTIFICATES)
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))
    try:
        return opener.open(urllib.request.Request(address, headers=headers), timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code == 416 and offset:  # nothing is left: begin again, so that the length is known
            return _open(address, 0, '')
        raise Failure(f'{host_of(address)} answered {error.code} {error.reason}') from None
    except urllib.error.URLError as error:
        raise Failure(f'{host_of(address)} cannot be reached ({error.reason})') from None
    except ValueError:
        raise Failure(f'{address} is no address: it begins with http:// or https://, or is the name of a file') from None


def _starts_at(response, offset):
    """Whether the answer is the rest of the file."""
    given = re.match(r'bytes (\d+)-', response.headers.get('Content-Range', ''))
    return response.status == 206 and given is not None and int(given[1]) == offset


def _receive(address, part):
    offset, version = _resumable(address, part)
    with _open(address, offset, version) as response:
        if offset and not _starts_at(response, offset):
            if response.status == 206:
                raise Failure(f'{host_of(address)} sent another part of the file than asked for')
            offset = 0  # the whole file, as servers without ranges send it
        encoded = response.headers.get('Content-Encoding', 'identity') == 'gzip'
        length = int(response.headers.get('Content-Length') or 0)  # 0: unknown; of what is sent
        version = response.headers.get('ETag') or response.headers.get('Last-Modified') or ''
        if encoded or version.startswith('W/'):
            version = ''
        total = 0 if encoded or not length else offset + length
        if not offset:
            forget(part)
        _facts_path(part).write_text(json.dumps({'address': address, 'version': version, 'total': total}))
        with open(part, 'ab' if offset else 'wb') as file:
            _store(response, file, length, encoded, _progress(offset, total))


def _store(response, file, length, encoded, progress):
    decoder = zlib.decompressobj(wbits=31) if encoded else None
    sent = 0
    while chunk := response.read(CHUNK):
        sent += len(chunk)
        file.write(decoder.decompress(chunk) if decoder else chunk)
        progress(file.tell())
    progress(file.tell(), last=True)
    if sent < length or (decoder and not decoder.eof):
        raise Cut(f'after {size_text(file.tell())}')


def _progress(offset, total):
    """Gives what draws how far the file is; on a terminal alone."""
    started = time.monotonic()
    drawn = 0.0
    on_terminal = sys.stderr.isatty()

    def draw(done, last=False):
        nonlocal drawn
        now = time.monotonic()
        if not on_terminal or (now < drawn + 0.2 and not last):
            return
        drawn = now
        rate = (done - offset) / max(now - started, 1e-3)
        of_total = f' of {size_text(total)}' if total else ''
        print(f'\r\x1b[K{size_text(done)}{of_total}, {rate / 1e6:.1f} MB/s', end='\n' if last else '', file=sys.stderr, flush=True)

    return draw
