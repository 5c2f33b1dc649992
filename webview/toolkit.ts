/** The only file that knows the webview toolkit: another set of controls is a change of this file alone. */
import './nonce';
import { provideVSCodeDesignSystem, vsCodeButton } from '@vscode/webview-ui-toolkit';

/** Registers the controls that are used. Call once, before any of them is made. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton());
}

/** A button of the toolbar that looks like VS Code's own. */
export function toolbarButton(label: string, press: () => void): HTMLElement {
  const button = document.createElement('vscode-button');
  button.setAttribute('appearance', 'secondary');
  button.textContent = label;
  button.addEventListener('click', press);
  return button;
}
