// The mini-app page: hands the messenger's signed launch data to our server and nothing else.
(() => {
  const form = document.getElementById("launch");
  const app = window.WebApp;
  if (!form || !app || !app.initData) return;
  const field = (name) => form.elements.namedItem(name);
  const send = () => {
    history.replaceState(null, "", location.pathname);
    form.submit();
  };
  field("init_data").value = app.initData;
  document.getElementById("outside").hidden = true;
  form.hidden = false;
  document.getElementById("by-phone").addEventListener("click", async () => {
    try {
      const contact = await app.requestContact();
      field("phone").value = contact.phone;
      field("auth_date").value = contact.authDate;
      field("hash").value = contact.hash;
      send();
    } catch {
      document.getElementById("refused").hidden = false;
    }
  });
  if (new URLSearchParams(app.initData).has("start_param")) send();
})();
