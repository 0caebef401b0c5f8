// Files on their way into the page: by drop, paste or picker, one or many, and folders with all that
// is in them.

/** A folder can hold the whole disk. */
const maxFiles = 500;

/**
 * Calls onFiles with all that is dropped, pasted or picked at once; left out: how many were too many.
 * @param {{input: HTMLInputElement, button: HTMLElement, dropSign: HTMLElement}} elements
 * @param {(files: File[], leftOut: number) => void} onFiles
 */
export function takeFiles({ input, button, dropSign }, onFiles) {
  const take = (/** @type {File[]} */ files) => {
    if (files.length > 0) onFiles(files.slice(0, maxFiles), Math.max(0, files.length - maxFiles));
  };
  button.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    take([...input.files ?? []]);
    input.value = ''; // so that the same file can be picked again
  });
  document.addEventListener('paste', (event) => take([...event.clipboardData?.files ?? []]));

  const carriesFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files') ?? false;
  document.addEventListener('dragover', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    dropSign.hidden = false;
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) dropSign.hidden = true;
  });
  document.addEventListener('drop', (event) => {
    dropSign.hidden = true;
    if (!carriesFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    const folders = foldersOf(event.dataTransfer);
    const files = [...event.dataTransfer.files];
    if (folders.length === 0) return take(files);
    filesWithin(folders).then(take);
  });
}

/**
 * What is dropped, if there is a folder among it. Must be called in the event: later it is gone.
 * @param {DataTransfer} data
 * @returns {FileSystemEntry[]}
 */
function foldersOf(data) {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.() ?? null).filter((entry) => entry !== null);
  return entries.some((entry) => entry.isDirectory) ? entries : [];
}

/**
 * Folder by folder, in the order of the names; hidden files are left out.
 * @param {FileSystemEntry[]} entries
 * @returns {Promise<File[]>}
 */
async function filesWithin(entries) {
  /** @type {File[]} */
  const files = [];
  for (const entry of [...entries].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory) files.push(...await filesWithin(await entriesOf(/** @type {FileSystemDirectoryEntry} */ (entry))));
    else files.push(...await fileOf(/** @type {FileSystemFileEntry} */ (entry)));
    if (files.length > 2 * maxFiles) break;
  }
  return files;
}

/** @param {FileSystemFileEntry} entry @returns {Promise<File[]>} none where it cannot be read */
const fileOf = (entry) => new Promise((resolve) => entry.file((file) => resolve([file]), () => resolve([])));

/** @param {FileSystemDirectoryEntry} folder @returns {Promise<FileSystemEntry[]>} */
async function entriesOf(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const all = [];
  for (;;) { // a reader gives some at a time
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
