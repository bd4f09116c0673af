// data-only="name=value": shown only while that choice of its form is made. Without this script it is always there.
(() => {
  const show = () => {
    for (const part of document.querySelectorAll('[data-only]')) {
      const [name, value] = part.dataset.only.split('=');
      const chosen = part.closest('form').querySelector(`input[name="${name}"]:checked`);
      part.hidden = !!chosen && chosen.value !== value;
    }
  };
  document.addEventListener('change', show);
  show();
})();
