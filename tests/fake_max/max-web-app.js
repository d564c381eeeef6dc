// Stands in for the messenger's bridge in browser tests; reads the launch data from the fragment.
(() => {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const initData = fragment.get("WebAppData") ?? "";
  const fake = new URL(document.currentScript.src).origin;
  const user = JSON.parse(new URLSearchParams(initData).get("user") ?? "{}");
  window.WebApp = {
    initData,
    platform: fragment.get("WebAppPlatform") ?? "web",
    version: fragment.get("WebAppVersion") ?? "",
    requestContact: async () => (await fetch(`${fake}/_fake/bridge-contact?eyes=${user.id}`)).json(),
    openLink: (url) => window.open(url, "_blank"),
    enableClosingConfirmation: () => { window.WebApp.closingConfirmation = true; },
  };
})();
