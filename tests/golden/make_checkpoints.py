#!/usr/bin/env python3
"""Checkpoints of every family of ViT that headlens reads, written by the real torch.save and
safetensors, and the attention that each must give, computed in PyTorch.

    make_checkpoints.py FOLDER                 small random ones, NAME.{safetensors,pth} with
                                               NAME.expected.safetensors, and positions.safetensors
    make_checkpoints.py --official NAME FILE   random weights under the names and in the shapes of a
                                               published model; a .pth or a .safetensors by FILE
    make_checkpoints.py --official list        what models those are

Exits with 77 where PyTorch or safetensors are not installed.
"""
import math
import os
import sys
from dataclasses import dataclass, field, replace

try:
    import torch
    import torch.nn.functional as F
    from safetensors.torch import save_file
except ImportError as error:
    print(f'Skipped: {error}. Install python3-torch and python3-safetensors.')
    sys.exit(77)


# How authors bring the position embedding, (1, width, side, side), to another grid.

def dino_positions(grid, rows, cols):
    """facebookresearch/dino, vision_transformer.py, interpolate_pos_encoding; facebookresearch/dinov2,
    dinov2/models/vision_transformer.py, the same with interpolate_offset=0.1."""
    side = math.sqrt(grid.shape[-1] * grid.shape[-2])
    scale = ((rows + 0.1) / side, (cols + 0.1) / side)
    return F.interpolate(grid, scale_factor=scale, mode='bicubic')


def antialias_positions(grid, rows, cols):
    """facebookresearch/dinov2, hub/backbones.py: with registers interpolate_antialias=True and
    interpolate_offset=0.0; timm, layers/pos_embed.py, resample_abs_pos_embed; transformers,
    modeling_dinov2_with_registers.py."""
    return F.interpolate(grid, size=(rows, cols), mode='bicubic', antialias=True)


def resize_positions(grid, rows, cols):
    """transformers, modeling_vit.py, modeling_deit.py, modeling_dinov2.py; facebookresearch/deit,
    main.py."""
    return F.interpolate(grid, size=(rows, cols), mode='bicubic', align_corners=False)


POSITIONS = {'dino': dino_positions, 'antialias': antialias_positions, 'resize': resize_positions}


# A network, under DINO's names.

@dataclass
class Shape:
    width: int = 128
    depth: int = 2
    heads: int = 2
    patch: int = 8
    side: int = 6  # of the learned position embedding
    mlp: int = 256
    registers: int = 0
    distilled: bool = False
    prefix_positions: int = 1  # tokens before the patches that have a position
    layer_scale: bool = False


def random_weights(shape, seed):
    generator = torch.Generator().manual_seed(seed)

    def normal(*axes, deviation=1.0, mean=0.0):
        return torch.randn(*axes, generator=generator) * deviation + mean

    width, mlp = shape.width, shape.mlp
    gain = 1.5 / math.sqrt(width)
    weights = {'cls_token': normal(1, 1, width, deviation=0.5)}
    if shape.distilled:
        weights['dist_token'] = normal(1, 1, width, deviation=0.5)
    if shape.registers:
        weights['register_tokens'] = normal(1, shape.registers, width, deviation=0.5)
    positions = shape.prefix_positions + shape.side ** 2
    weights['pos_embed'] = normal(1, positions, width, deviation=0.5)
    weights['patch_embed.proj.weight'] = normal(width, 3, shape.patch, shape.patch,
                                                deviation=0.5 / shape.patch)
    weights['patch_embed.proj.bias'] = normal(width, deviation=0.1)

    def linear(name, outputs, inputs):
        weights[name + '.weight'] = normal(outputs, inputs, deviation=gain)
        weights[name + '.bias'] = normal(outputs, deviation=0.1)

    def norm(name):
        weights[name + '.weight'] = normal(width, deviation=0.2, mean=1.0)
        weights[name + '.bias'] = normal(width, deviation=0.2)

    for block in range(shape.depth):
        at = f'blocks.{block}.'
        norm(at + 'norm1')
        linear(at + 'attn.qkv', 3 * width, width)
        linear(at + 'attn.proj', width, width)
        norm(at + 'norm2')
        linear(at + 'mlp.fc1', mlp, width)
        linear(at + 'mlp.fc2', width, mlp)
        if shape.layer_scale:
            weights[at + 'ls1.gamma'] = normal(width, deviation=0.5)
            weights[at + 'ls2.gamma'] = normal(width, deviation=0.5)
    norm('norm')
    return weights


def embed(weights, shape, resample, pixels):
    """(tokens, width): [CLS], the distillation token and the registers, then the patches."""
    patches = F.conv2d(pixels[None], weights['patch_embed.proj.weight'],
                       weights['patch_embed.proj.bias'], stride=shape.patch)
    rows, cols = patches.shape[-2:]
    patches = patches.flatten(2).transpose(1, 2)[0]
    prefix = [weights[name][0] for name in ('cls_token', 'dist_token', 'register_tokens')
              if name in weights]
    prefix = torch.cat(prefix)
    positions = weights['pos_embed'][0]
    before, grid = positions[:shape.prefix_positions], positions[shape.prefix_positions:]
    grid = grid.T.reshape(1, shape.width, shape.side, shape.side)
    if (rows, cols) != (shape.side, shape.side):
        grid = resample(grid, rows, cols)
    prefix[:shape.prefix_positions] += before
    return torch.cat([prefix, patches + grid.flatten(2)[0].T]), rows, cols


def attention(weights, shape, resample, pixels, eps):
    """(layers, heads, tokens, tokens), and the grid's rows and cols."""
    x, rows, cols = embed(weights, shape, resample, pixels)
    maps = []
    for block in range(shape.depth):
        at = f'blocks.{block}.'

        def linear(x, name):
            return F.linear(x, weights[at + name + '.weight'], weights[at + name + '.bias'])

        def norm(x, name):
            return F.layer_norm(x, (shape.width,), weights[at + name + '.weight'],
                                weights[at + name + '.bias'], eps)

        qkv = linear(norm(x, 'norm1'), 'attn.qkv')
        q, k, v = qkv.reshape(len(x), 3, shape.heads, -1).permute(1, 2, 0, 3)
        scores = (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])).softmax(-1)
        maps.append(scores)
        mixed = linear((scores @ v).transpose(0, 1).flatten(1), 'attn.proj')
        x = x + weights.get(at + 'ls1.gamma', 1.0) * mixed
        inside = F.gelu(linear(norm(x, 'norm2'), 'mlp.fc1'))
        x = x + weights.get(at + 'ls2.gamma', 1.0) * linear(inside, 'mlp.fc2')
    return torch.stack(maps), rows, cols


# The names of each family, of weights under DINO's.

def under_dino(weights):
    return dict(weights)


def with_classifier(weights):
    """Supervised models of timm and DeiT."""
    width = weights['norm.weight'].shape[0]
    heads = {'head': 'head', 'head_dist': 'dist_token'}
    extra = {}
    for head, token in heads.items():
        if head == 'head' or token in weights:
            extra |= {head + '.weight': torch.zeros(10, width), head + '.bias': torch.zeros(10)}
    return weights | extra


def under_dinov2(weights):
    return weights | {'mask_token': torch.zeros(1, weights['norm.weight'].shape[0])}


def under_chunks(weights):
    """DINOv2's training: blocks in chunks of one, numbered through."""
    def chunked(name):
        words = name.split('.')
        return '.'.join(words[:2] + words[1:]) if words[0] == 'blocks' else name
    return {chunked(name): tensor for name, tensor in under_dinov2(weights).items()}


def under_timm(weights):
    return {name.replace('register_tokens', 'reg_token'): tensor
            for name, tensor in weights.items()}


def under_deit3(weights):
    """facebookresearch/deit, models_v2.py, Layer_scale_init_Block."""
    return {name.replace('ls1.gamma', 'gamma_1').replace('ls2.gamma', 'gamma_2'): tensor
            for name, tensor in with_classifier(weights).items()}


HUGGING_FACE = {
    'cls_token': 'embeddings.cls_token',
    'dist_token': 'embeddings.distillation_token',
    'register_tokens': 'embeddings.register_tokens',
    'pos_embed': 'embeddings.position_embeddings',
    'patch_embed.proj': 'embeddings.patch_embeddings.projection',
    'attn.proj': 'attention.output.dense',
    'norm': 'layernorm',
}
HUGGING_FACE_VIT = HUGGING_FACE | {
    'norm1': 'layernorm_before', 'norm2': 'layernorm_after',
    'mlp.fc1': 'intermediate.dense', 'mlp.fc2': 'output.dense',
}
HUGGING_FACE_DINOV2 = HUGGING_FACE | {
    'ls1.gamma': 'layer_scale1.lambda1', 'ls2.gamma': 'layer_scale2.lambda1',
}


def under_hugging_face(table, prefix, extra):
    def rename(weights):
        width = weights['norm.weight'].shape[0]
        named = {name: torch.zeros(*[width if axis is None else axis for axis in shape])
                 for name, shape in extra.items()}
        for name, tensor in weights.items():
            at = prefix
            if name.startswith('blocks.'):
                _, block, name = name.split('.', 2)
                at += f'encoder.layer.{block}.'
            if name.startswith('attn.qkv'):
                ending = name.rsplit('.', 1)[1]
                for part, rows in zip(('query', 'key', 'value'), tensor.chunk(3)):
                    named[f'{at}attention.attention.{part}.{ending}'] = rows.contiguous()
                continue
            stem, dot, ending = name.rpartition('.')
            if ending in ('weight', 'bias'):
                named[at + table.get(stem, stem) + dot + ending] = tensor
            else:
                named[at + table.get(name, name)] = tensor
        return named
    return rename


hugging_face_vit = under_hugging_face(HUGGING_FACE_VIT, 'vit.', {
    'vit.pooler.dense.weight': (None, None), 'classifier.weight': (10, None), 'classifier.bias': (10,)})
hugging_face_deit = under_hugging_face(HUGGING_FACE_VIT, 'deit.', {
    'cls_classifier.weight': (10, None), 'distillation_classifier.weight': (10, None)})
hugging_face_dinov2 = under_hugging_face(HUGGING_FACE_DINOV2, '', {
    'embeddings.mask_token': (1, None)})
hugging_face_registers = under_hugging_face(HUGGING_FACE_DINOV2, 'dinov2_with_registers.', {
    'dinov2_with_registers.embeddings.mask_token': (1, None), 'classifier.bias': (10,)})


def prefixed(prefix, rename=under_dino):
    return lambda weights: {prefix + name: tensor for name, tensor in rename(weights).items()}


# The families.

@dataclass
class Family:
    shape: Shape
    position: str  # the rule of its authors
    scheme: str = 'DINO'
    rename: object = under_dino
    eps: float = 1e-6
    dtype: torch.dtype = torch.float32
    told: bool = False     # the names do not tell the rule: it must be chosen
    network: str = ''      # that is chosen
    reported: str = ''     # network that is said to be in use
    others: dict = field(default_factory=dict)  # {network: rename} of other weights in the file
    wrap: object = None    # what torch.save is given, of the names: for a .pth


PLAIN = Shape()
SCALED = Shape(layer_scale=True, patch=14, side=5)
REGISTERED = replace(SCALED, registers=4)
DISTILLED = Shape(distilled=True, prefix_positions=2)

DINOV2 = Family(SCALED, 'dino', rename=under_dinov2)
TIMM = Family(REGISTERED, 'antialias', 'timm', under_timm)
VIT = Family(PLAIN, 'resize', 'Hugging Face', hugging_face_vit, eps=1e-12)
HF_DINOV2 = Family(SCALED, 'resize', 'Hugging Face', hugging_face_dinov2)


def nested(*networks):
    """{'teacher.x': ..} as {'teacher': {'x': ..}}, beside what training leaves there."""
    def wrap(named):
        file = {'epoch': 100, 'args': None}
        for network in networks:
            begin = network + '.'
            file[network] = {name[len(begin):]: tensor for name, tensor in named.items()
                             if name.startswith(begin)}
        return file
    return wrap


TRAINING = Family(PLAIN, 'dino', rename=prefixed('teacher.module.backbone.'), reported='teacher',
                  others={'student': prefixed('student.module.backbone.')})
AVERAGED = Family(PLAIN, 'antialias', told=True, rename=prefixed('model_ema.module.', with_classifier),
                  network='model_ema', reported='model_ema', others={'model': prefixed('model.module.')})

SAFETENSORS = {
    'dino': Family(PLAIN, 'dino'),
    'dino-compiled-f16': Family(PLAIN, 'dino', rename=prefixed('module._orig_mod.backbone.'),
                                dtype=torch.float16),
    'dinov2': DINOV2,
    'dinov2-reg': replace(DINOV2, shape=REGISTERED, position='antialias'),
    'dinov2-chunked': replace(DINOV2, rename=prefixed('teacher.backbone.', under_chunks),
                              reported='teacher'),
    'timm-reg4': replace(TIMM, shape=replace(REGISTERED, prefix_positions=0)),
    'timm-reg4-cls': TIMM,
    'timm-reg4-all': replace(TIMM, shape=replace(REGISTERED, prefix_positions=5)),
    'timm-augreg': Family(PLAIN, 'antialias', told=True, rename=with_classifier),
    'timm-deit3': Family(replace(SCALED, prefix_positions=0), 'antialias', told=True,
                         rename=with_classifier),
    'deit': Family(PLAIN, 'resize', told=True, rename=with_classifier),
    'deit-distilled': Family(DISTILLED, 'resize', rename=with_classifier),
    'deit3': Family(replace(SCALED, prefix_positions=0), 'resize', rename=under_deit3),
    'hf-vit': VIT,
    'hf-vit-f16': replace(VIT, dtype=torch.float16),
    'hf-deit': replace(VIT, shape=DISTILLED, rename=hugging_face_deit),
    'hf-dinov2': HF_DINOV2,
    'hf-dinov2-bf16': replace(HF_DINOV2, dtype=torch.bfloat16),
    'hf-dinov2-reg': replace(HF_DINOV2, shape=REGISTERED, position='antialias',
                             rename=hugging_face_registers),
    'nested-teacher': TRAINING,
    'nested-model-ema': AVERAGED,
}

PTH = {
    'pth-dino': Family(PLAIN, 'dino', wrap=dict),
    'pth-dinov2-reg': replace(SAFETENSORS['dinov2-reg'], wrap=dict),
    'pth-deit': replace(SAFETENSORS['deit'], rename=prefixed('model.', with_classifier),
                        reported='model', wrap=nested('model')),
    'pth-deit-distilled': replace(SAFETENSORS['deit-distilled'], reported='model',
                                  rename=prefixed('model.', with_classifier), wrap=nested('model')),
    'pth-training': replace(TRAINING, wrap=nested('student', 'teacher')),
    'pth-model-ema': replace(AVERAGED, wrap=nested('model', 'model_ema')),
    'pth-hf-vit': replace(VIT, wrap=dict),
    'pth-hf-dinov2-bf16': replace(SAFETENSORS['hf-dinov2-bf16'], wrap=dict),
}

GRIDS = ((9, 4), (4, 11), (3, 5))  # rows, cols: larger and smaller than the learned ones


def expected_of(weights, family, rows, cols, generator):
    shape = family.shape
    height, width = rows * shape.patch, cols * shape.patch
    pixels = torch.randn(3, height, width, generator=generator)
    exact = {name: tensor.double() for name, tensor in weights.items()}
    maps, _, _ = attention(exact, shape, POSITIONS[family.position], pixels.double(), family.eps)
    prefix = maps.shape[-1] - rows * cols
    row, col = rows // 2, cols - 1
    of_cls = maps[:, :, 0, prefix:]
    of_query = maps[:, :, prefix + row * cols + col, prefix:]
    at = f'{rows}x{cols}.'
    return {
        at + 'pixels': pixels,
        at + 'cls_attention': of_cls.reshape(shape.depth, shape.heads, rows, cols).float().contiguous(),
        at + 'query_attention':
            of_query.reshape(shape.depth, shape.heads, rows, cols).float().contiguous(),
    }


def make_family(folder, name, family, seed):
    weights = {key: tensor.to(family.dtype)
               for key, tensor in random_weights(family.shape, seed).items()}
    named = family.rename(weights)
    for rename in family.others.values():
        named |= rename(random_weights(family.shape, seed + 1000))
    if family.wrap:
        torch.save(family.wrap(named), os.path.join(folder, name + '.pth'))
    else:
        save_file(named, os.path.join(folder, name + '.safetensors'), {'format': 'pt'})
    generator = torch.Generator().manual_seed(seed)
    expected = {}
    for rows, cols in GRIDS:
        expected |= expected_of(weights, family, rows, cols, generator)
    shape = family.shape
    facts = {
        'scheme': family.scheme,
        'position': family.position,
        'told': 'yes' if family.told else 'no',
        'choose': family.network,
        'network': family.reported,
        'registers': str(shape.registers + (1 if shape.distilled else 0)),
        'distilled': 'yes' if shape.distilled else 'no',
        'grids': ' '.join(f'{rows}x{cols}' for rows, cols in GRIDS),
        'patch': str(shape.patch),
    }
    save_file(expected, os.path.join(folder, name + '.expected.safetensors'), facts)


def make_positions(folder):
    """A grid of 7 x 7 at other sizes, by every rule: (rows, cols, width)."""
    width, side = 8, 7
    grid = torch.randn(1, width, side, side, generator=torch.Generator().manual_seed(1))
    tensors = {'grid': grid[0].permute(1, 2, 0).contiguous()}
    for rule, resample in POSITIONS.items():
        for rows, cols in ((14, 14), (60, 80), (3, 2), (1, 1), (5, 20), (20, 5), (8, 6), (7, 9)):
            resampled = resample(grid.double(), rows, cols)[0].float()
            assert resampled.shape[1:] == (rows, cols)
            tensors[f'{rule}.{rows}x{cols}'] = resampled.permute(1, 2, 0).contiguous()
    save_file(tensors, os.path.join(folder, 'positions.safetensors'))


# Published models, by the names that they have where they are published.

def official_shape(width, depth, patch, pixels, **more):
    return Shape(width=width, depth=depth, heads=width // 64, patch=patch, side=pixels // patch,
                 mlp=4 * width, **more)


def dinov2_shape(width, depth, registers=0):
    return official_shape(width, depth, 14, 518, layer_scale=True, registers=registers)


def classifier(weights):
    return {name: torch.zeros(1000, *tensor.shape[1:]) if name.startswith('head') else tensor
            for name, tensor in with_classifier(weights).items()}


def as_it_is(named):
    return named


def in_model(named):
    return {'model': named}


OFFICIAL = {
    'dino-vits8': (official_shape(384, 12, 8, 224), under_dino, as_it_is),
    'dino-vits16': (official_shape(384, 12, 16, 224), under_dino, as_it_is),
    'dino-vitb8': (official_shape(768, 12, 8, 224), under_dino, as_it_is),
    'dino-vitb16': (official_shape(768, 12, 16, 224), under_dino, as_it_is),
    'dinov2-vits14': (dinov2_shape(384, 12), under_dinov2, as_it_is),
    'dinov2-vits14-reg4': (dinov2_shape(384, 12, 4), under_dinov2, as_it_is),
    'dinov2-vitb14': (dinov2_shape(768, 12), under_dinov2, as_it_is),
    'dinov2-vitb14-reg4': (dinov2_shape(768, 12, 4), under_dinov2, as_it_is),
    'deit-tiny': (official_shape(192, 12, 16, 224), classifier, in_model),
    'deit-small': (official_shape(384, 12, 16, 224), classifier, in_model),
    'hf-dino-vits8': (official_shape(384, 12, 8, 224), under_hugging_face(
        HUGGING_FACE_VIT, '', {'pooler.dense.weight': (None, None), 'pooler.dense.bias': (None,)}),
        as_it_is),
    'hf-deit-tiny': (official_shape(192, 12, 16, 224), under_hugging_face(
        HUGGING_FACE_VIT, 'vit.', {'classifier.weight': (1000, None), 'classifier.bias': (1000,)}),
        as_it_is),
    'hf-dinov2-small': (dinov2_shape(384, 12), hugging_face_dinov2, as_it_is),
    'hf-dinov2-base': (dinov2_shape(768, 12), hugging_face_dinov2, as_it_is),
    'hf-dinov2-reg-small': (dinov2_shape(384, 12, 4), under_hugging_face(
        HUGGING_FACE_DINOV2, '', {'embeddings.mask_token': (1, None)}), as_it_is),
}


def make_official(name, path):
    shape, rename, wrap = OFFICIAL[name]
    named = rename(random_weights(shape, seed=1))
    if path.endswith('.safetensors'):
        save_file(named, path, {'format': 'pt'})
    else:
        torch.save(wrap(named), path)


def main(arguments):
    if arguments == ['--official', 'list']:
        print('\n'.join(OFFICIAL))
    elif len(arguments) == 3 and arguments[0] == '--official' and arguments[1] in OFFICIAL:
        make_official(*arguments[1:])
    elif len(arguments) == 1 and not arguments[0].startswith('-'):
        torch.set_num_threads(1)
        os.makedirs(arguments[0], exist_ok=True)
        make_positions(arguments[0])
        for seed, (name, family) in enumerate((SAFETENSORS | PTH).items()):
            make_family(arguments[0], name, family, seed)
    else:
        sys.exit(__doc__)


if __name__ == '__main__':
    main(sys.argv[1:])
