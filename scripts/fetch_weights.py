"""Gets a known model for a deployment; see scripts/fetch-weights."""
import argparse
import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

from download import Failure, download, forget, host_of, sha256_of, size_text

TOP = Path(__file__).resolve().parent.parent


def main():
    options = read_options()
    try:
        if options.list:
            return print(list_text(read_manifest(options.weights)))
        lock(options.weights)
        manifest = read_manifest(options.weights)
        fetch(manifest, options)
    except Failure as failure:
        sys.exit(f'headlens: {failure}.')
    except OSError as error:
        sys.exit(f'headlens: {error.filename or "the file"}: {error.strerror}: '
                 'make room or choose another folder, and run this again.')
    except KeyboardInterrupt:
        sys.exit('\nheadlens: stopped; what has come is kept, and the next run goes on from there.')


def read_options():
    parser = argparse.ArgumentParser(prog='scripts/fetch-weights', description=(
        'Downloads a known model, checks it, packs it into weights/ and enters it in weights/models.json, '
        'so that the page offers it from this deployment.'))
    parser.add_argument('name', nargs='?', metavar='NAME', help='the model, as --list names it')
    parser.add_argument('--from', dest='source', metavar='ADDRESS|FILE', help='a mirror, or a file that is here already')
    parser.add_argument('--precision', choices=['int8', 'f16', 'f32'], default='int8', help='of the packed file (int8)')
    parser.add_argument('--list', action='store_true', help='the models that there are')
    parser.add_argument('--weights', type=Path, default=TOP / 'weights', metavar='DIR',
                        help='the folder with models.json (weights)')
    parser.add_argument('--tool', type=Path, default=TOP / 'build/native/headlens', metavar='FILE',
                        help='the headlens that packs (build/native/headlens)')
    options = parser.parse_args()
    if not options.list and not options.name:
        parser.error('name a model; --list shows them')
    return options


def lock(folder):
    """Until the end of this process."""
    try:
        fcntl.flock(os.open(folder, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Failure(f'another run is putting a model into {folder}: wait for it') from None


def read_manifest(weights):
    path = weights / 'models.json'
    try:
        return json.loads(path.read_text())
    except ValueError as error:
        raise Failure(f'{path} is no JSON ({error}): get it anew, or mend it') from None


def list_text(manifest):
    def line(model):
        packed = model.get('packed')
        size = packed['bytes'] if packed else model['sources'][0]['bytes']
        where = 'served here' if packed else 'to download'
        return f"{model['name']:20} {model['title']:30} {size_text(size):>9} {where}"
    return '\n'.join(map(line, manifest['models']))


def fetch(manifest, options):
    model = find_model(manifest, options.name)
    if not options.tool.exists():
        raise Failure(f'there is no {options.tool} to pack with: run scripts/fetch-weights, which builds it')
    if options.source and not is_address(options.source):
        return check_and_pack(manifest, model, Path(options.source), None, options)
    addresses = [options.source] if options.source else [source['address'] for source in model['sources']]
    fetch_from_any(manifest, model, addresses, options)


def find_model(manifest, name):
    for model in manifest['models']:
        if model['name'] != name:
            continue
        if not model.get('sources'):
            raise Failure(f'{name} comes with headlens: there is nothing to fetch')
        return model
    names = ', '.join(model['name'] for model in manifest['models'] if model.get('sources'))
    raise Failure(f'there is no model {name}: choose one of {names}')


def is_address(text):
    return '://' in text


def fetch_from_any(manifest, model, addresses, options):
    """From the first address that has the right file."""
    part = options.weights / f'{model["name"]}.part'
    refused = []
    for address in addresses:
        print(f'{model["name"]}: downloading {address}', flush=True)
        try:
            download(address, part)
            check_and_pack(manifest, model, part, address, options)
            return forget(part)
        except Failure as failure:
            refused.append(str(failure))
    raise Failure('; '.join(refused))


def kind_of_name(address):
    return 'safetensors' if address.endswith('.safetensors') else 'pth'


def kind_of_file(path):
    with open(path, 'rb') as file:
        beginning = file.read(9)
    if beginning[8:] == b'{':
        return 'safetensors'
    return 'pth' if beginning[:2] == b'PK' or beginning[:1] == b'\x80' else None


def check_and_pack(manifest, model, path, address, options):
    """address: where the file comes from; None if it was here already, and is not ours to delete."""
    kind = kind_of_file(path)
    source = next((s for s in model['sources'] if kind_of_name(s['address']) == kind), None)
    where = host_of(address) if address else str(path)
    if kind is None:
        if address:
            forget(path)
        raise Failure(f'what {where} gave is no file of weights, perhaps a page that asks to log in')
    digest = sha256_of(path)
    try:
        check(model, source, path.stat().st_size, digest, where)
        packed = pack(model, path, where, options)
    except Failure:
        if address:
            forget(path)  # it would be wrong the next time too
        raise
    if source and address == source['address']:
        source.pop('sha256_prefix', None)
        source |= {'bytes': path.stat().st_size, 'sha256': digest}
    enter(manifest, model, packed, options.weights)


def check(model, source, size, digest, where):
    source = source or {}
    remedy = 'it is damaged or another one; if its authors changed it, mend weights/models.json'
    if 'sha256' in source and size != source['bytes']:
        raise Failure(f'the file of {where} has {size} bytes where {model["title"]} has {source["bytes"]}: {remedy}')
    known = source.get('sha256') or source.get('sha256_prefix') or ''
    if not digest.startswith(known):
        raise Failure(f'the SHA-256 of the file of {where} is {digest}, not {known}{"" if len(known) == 64 else "..."}: {remedy}')
    if not known:
        print(f'{model["name"]}: nothing is known to check it against; SHA-256 {digest}', flush=True)


def pack(model, path, where, options):
    """Gives the packed file, beside where it will be."""
    packed = options.weights / f'{model["name"]}.new'
    numbers = lambda values: ' '.join(map(str, values))
    command = [options.tool, 'pack', path, packed, '--precision', options.precision, '--heads', str(model['heads']),
               '--mean', numbers(model['mean']), '--std', numbers(model['std']), '--filter', model['filter'],
               '--position', model['position']]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        reason = run.stderr.strip().removeprefix('headlens: ').removeprefix(f'{path}: ').rstrip('.')
        raise Failure(f'the file of {where} cannot be packed: {reason or run.returncode}')
    shape = f"patch {model['patch']}, width {model['width']}, {model['layers']} blocks, {model['heads']} heads"
    if shape not in run.stdout:
        packed.unlink()
        raise Failure(f'the file holds another network than {model["title"]}: {run.stdout.splitlines()[0]}')
    print(run.stdout, end='', flush=True)
    return packed


def enter(manifest, model, packed, weights):
    """Puts the packed file into its place, and what it is into models.json."""
    file = f'{model["name"]}.safetensors'
    model['packed'] = {'file': file, 'bytes': packed.stat().st_size, 'sha256': sha256_of(packed)}
    new_manifest = weights / 'models.json.new'
    new_manifest.write_text(json_text(manifest) + '\n')
    packed.replace(weights / file)
    new_manifest.replace(weights / 'models.json')
    print(f'{model["name"]}: {weights / file}, {size_text(model["packed"]["bytes"])}, is ready to be served: '
          'scripts/run --build puts it into the site')


def json_text(value, indent=''):
    """JSON with whatever holds no further lists or objects on one line."""
    inner = indent + '  '
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not any(isinstance(part, (dict, list)) for part in parts):
        text = json.dumps(value, ensure_ascii=False)
        return f'{{ {text[1:-1]} }}' if isinstance(value, dict) and value else text
    if isinstance(value, list):
        return '[\n' + ',\n'.join(inner + json_text(part, inner) for part in value) + f'\n{indent}]'
    rows = (f'{inner}{json.dumps(name)}: {json_text(part, inner)}' for name, part in value.items())
    return '{\n' + ',\n'.join(rows) + f'\n{indent}}}'


if __name__ == '__main__':
    main()
