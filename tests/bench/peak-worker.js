// Runs xnnpack_peak.cc's functions, which block, away from the page.
onmessage = async ({ data: { program, threads, name, rows } }) => {
  try {
    const { default: factory } = await import(program);
    const module = await factory({ threads });
    const speed = module[`_${name}`](rows, threads);
    postMessage(speed > 0 ? { speed } : { error: `${name} failed` });
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
