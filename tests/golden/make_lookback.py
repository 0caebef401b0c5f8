#!/usr/bin/env python3
"""What can be asked of a photo after its pass, computed in PyTorch as those who defined it do.

    make_lookback.py FOLDER WEIGHTS=EXPECTED...    FOLDER/MODEL.lookback.safetensors of the weights, under
                                                   DINO's names, and of the pixels in EXPECTED

Exits with 77 where PyTorch or safetensors are not installed.
"""
import os
import sys

from make_checkpoints import Shape, dino_positions, embed  # or ends with 77
import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import load_file, save_file

DISCARDS = (0, 0.5, 0.9)
FUSIONS = {'mean': lambda a: a.mean(0), 'max': lambda a: a.max(0)[0], 'min': lambda a: a.min(0)[0]}


def read_weights(path):
    """int8 matrices, NAME with NAME.scale, as floats."""
    file = load_file(path)
    weights = {}
    for name, tensor in file.items():
        if name.endswith('.scale'):
            continue
        scale = file.get(name + '.scale')
        weights[name] = tensor.float() if scale is None else tensor.float() * scale[:, None]
        if name == 'patch_embed.proj.weight' and tensor.dim() == 2:
            side = int((tensor.shape[1] // 3) ** 0.5)
            weights[name] = weights[name].reshape(-1, 3, side, side)
    return weights


def shape_of(weights, heads):
    width = weights['cls_token'].shape[-1]
    registers = weights['register_tokens'].shape[1] if 'register_tokens' in weights else 0
    positions = weights['pos_embed'].shape[1]
    side = int(positions ** 0.5)
    return Shape(width=width, heads=heads, registers=registers, side=side,
                 depth=1 + max(int(name.split('.')[1]) for name in weights if name.startswith('blocks.')),
                 patch=weights['patch_embed.proj.weight'].shape[-1],
                 prefix_positions=positions - side ** 2)


def run(weights, shape, pixels):
    """Of each layer: the tokens that enter it (tokens, width), its keys (heads, tokens, head size),
    its attention (heads, tokens, tokens)."""
    x, rows, cols = embed(weights, shape, dino_positions, pixels)
    layers = []
    for block in range(shape.depth):
        at = f'blocks.{block}.'

        def linear(x, name):
            return F.linear(x, weights[at + name + '.weight'], weights[at + name + '.bias'])

        def norm(x, name):
            return F.layer_norm(x, (shape.width,), weights[at + name + '.weight'],
                                weights[at + name + '.bias'], 1e-6)

        last = block == shape.depth - 1  # a file for maps may end with its queries and keys
        parts = weights[at + 'attn.qkv.weight'].shape[0] // shape.width
        qkv = linear(norm(x, 'norm1'), 'attn.qkv').reshape(len(x), parts, shape.heads, -1)
        q, k = qkv[:, 0].transpose(0, 1), qkv[:, 1].transpose(0, 1)
        scores = (q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5).softmax(-1)
        layers.append((x, k, scores))
        if last:
            break
        mixed = linear((scores @ qkv[:, 2].transpose(0, 1)).transpose(0, 1).flatten(1), 'attn.proj')
        x = x + weights.get(at + 'ls1.gamma', 1.0) * mixed
        x = x + weights.get(at + 'ls2.gamma', 1.0) * linear(F.gelu(linear(norm(x, 'norm2'), 'mlp.fc1')), 'mlp.fc2')
    return layers, rows, cols


def rollout(attentions, fuse, discard):
    """jacobgil/vit-explain, vit_rollout.py, in double precision, with rows divided by their sums as
    Abnar and Zuidema 2020 have it. The first row up to and with each layer: (layers, tokens)."""
    rows = []
    result = torch.eye(attentions[0].shape[-1], dtype=torch.float64)
    for attention in attentions:
        fused = fuse(attention).double()
        flat = fused.view(-1)
        _, indices = flat.topk(int(flat.numel() * discard), -1, False)
        flat[indices[indices != 0]] = 0
        a = (fused + torch.eye(len(fused), dtype=torch.float64)) / 2
        result = (a / a.sum(-1, keepdim=True)) @ result
        rows.append(result[0])
    return torch.stack(rows)


def similarity(keys, token, prefix):
    """dino-vit-features: extractor.py's descriptors of facet key, bin=False, compared by cosine."""
    descriptors = keys.transpose(0, 1).flatten(1)
    return F.cosine_similarity(descriptors[token][None], descriptors[prefix:])


def pca(rows):
    """As sklearn.decomposition.PCA(3), svd_flip by the directions; each component to 0..1."""
    centred = rows.double() - rows.double().mean(0)
    _, _, directions = torch.linalg.svd(centred, full_matrices=False)
    directions = directions[:3]
    signs = directions.gather(1, directions.abs().argmax(1, keepdim=True)).sign()
    scores = centred @ (signs * directions).T
    low, high = scores.min(0)[0], scores.max(0)[0]
    return (scores - low) / (high - low)


def expectations(layers, rows, cols, prefix):
    out = {}
    attentions = [attention for _, _, attention in layers]
    for name, fuse in FUSIONS.items():
        for discard in DISCARDS:
            out[f'rollout {name} {discard}'] = rollout(attentions, fuse, discard)[:, prefix:]
    patch = (rows // 2) * cols + cols // 3
    out['similarity cls'] = torch.stack([similarity(keys, 0, prefix) for _, keys, _ in layers])
    out['similarity patch'] = torch.stack([similarity(keys, prefix + patch, prefix) for _, keys, _ in layers])
    out['pca keys'] = torch.stack([pca(keys.transpose(0, 1).flatten(1)[prefix:]) for _, keys, _ in layers])
    out['pca tokens'] = torch.stack([pca(tokens[prefix:]) for tokens, _, _ in layers])
    return {name: tensor.float().contiguous() for name, tensor in out.items()}


def main(folder, *pairs):
    os.makedirs(folder, exist_ok=True)
    for pair in pairs:
        weights_path, expected_path = pair.split('=')
        weights = read_weights(weights_path)
        with safe_open(expected_path, 'pt') as file:
            pixels, heads = file.get_tensor('pixels'), int(file.metadata()['heads'])
            size = [int(file.metadata()[name]) for name in ('height', 'width')]
        shape = shape_of(weights, heads)
        with torch.no_grad():
            layers, rows, cols = run(weights, shape, pixels.reshape(3, *size))
            out = expectations(layers, rows, cols, 1 + shape.registers)
        name = os.path.basename(weights_path).replace('.safetensors', '.lookback.safetensors')
        save_file(out, os.path.join(folder, name))


if __name__ == '__main__':
    main(*sys.argv[1:])
