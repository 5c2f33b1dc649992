/** The entry of what is done to past runs, loaded when a command first does something to one. */
export { askFilter, editNote, editTags, renameRun } from './annotateRuns';
export { deleteRuns, emptyTrash, restoreRuns } from './deleteRuns';
