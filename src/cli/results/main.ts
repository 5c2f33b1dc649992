/** What shows and compares kept runs, a bundle of its own: lint, which has to start fast, needs none of its words. */
export { advise } from './advise';
export { compare } from './compare';
export { drift } from './drift';
export { report } from './report';
export { runCalibrate } from './calibrate';
export { verify } from './verify';
export { writeReport } from '../../store/writeReport';
