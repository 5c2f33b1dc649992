/** What results panels show and do: a bundle of its own, loaded with the first panel. */
export { createPanelActions } from './panelActions';
