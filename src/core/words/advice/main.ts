/** Advice and its words, a bundle of its own: it is loaded when a report, a panel or `advise` asks for it. */
export { adviseOn } from '../../result/advice/registry';
export { adviceOfRun, withAdvice } from './adviceText';
export { adviceJson, adviceLines, adviceMarkdown } from './report';
