"""What goes wrong in a browser unseen: complaints, parts that are refused, requests that leave the machine."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, Response

# A page that answers with an error status is no fault of the page: the story looks at what it says.
OF_THE_PAGE_ITSELF = "Failed to load resource: the server responded with a status of 4"
TELL = """document.addEventListener('securitypolicyviolation', (event) =>
  console.error('the policy forbids', event.violatedDirective, event.blockedURI || 'inline', event.sourceFile || ''))"""
LEFT = "net::ERR_ABORTED"  # a download, or a page that was left before it was there


class Watch:
    """Somebody who looks over the shoulder of one browser."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        """Begin to look."""
        self.context, self.url = context, url
        self.faults: list[str] = []
        context.add_init_script(TELL)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.faults.append(f"error in a script: {error.error}"))
        context.on("request", self._asked)
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)
        context.on("page", lambda page: page.on("dialog", self._asks))

    def close(self) -> list[str]:
        """Close the browser; return what went wrong in it."""
        self.context.close()
        return self.faults

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(OF_THE_PAGE_ITSELF):
            self.faults.append(f"{_at(message.page)}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(f"{self.url}/"):
            self.faults.append(f"{request.frame.url} asks elsewhere: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT:
            self.faults.append(f"{request.url} failed: {request.failure}")

    def _answered(self, response: Response) -> None:
        part = not response.request.is_navigation_request()
        if response.status >= 500 or (part and response.status >= 400):
            self.faults.append(f"{response.url} answers {response.status}")

    def _asks(self, dialog: Dialog) -> None:
        self.faults.append(f"a dialog: {dialog.type} {dialog.message}")
        dialog.dismiss()


def _at(page: Page | None) -> str:
    return page.url if page else "a closed page"
