// Names for what Django's own tables and scripts leave nameless to a screen reader.
// Nothing here is needed to use a page.
'use strict';

function name(element, words) {
  if (words && !element.getAttribute('aria-label')) {
    element.setAttribute('aria-label', words.trim());
  }
}

function nameAll(within) {
  within.querySelectorAll('.help-tooltip[aria-label]').forEach((it) => it.setAttribute('role', 'img'));
  within.querySelectorAll('.tabular thead th').forEach((it) => {
    if (!it.textContent.trim()) {
      it.innerHTML = '<span class="visually-hidden">This row</span>';
    }
  });
  within.querySelectorAll('.tabular td.delete input').forEach((it) => name(it, 'Delete this row'));
  within.querySelectorAll('input.vDateField[name$="_0"]').forEach((it) => name(it, 'Date'));
  within.querySelectorAll('input.vTimeField[name$="_1"]').forEach((it) => name(it, 'Time'));
  within.querySelectorAll('select.admin-autocomplete').forEach((it) => {
    const label =
      document.querySelector(`label[for="${it.id}"]`) ??
      it.closest('table')?.querySelector(`.column-${it.dataset.fieldName}`);
    const boxes = it.parentElement.querySelectorAll('.select2-selection, .select2-selection__rendered');
    boxes.forEach((box) => {
      box.removeAttribute('aria-labelledby');
      name(box, label ? label.textContent : '');
    });
  });
}

// after Django's own scripts, of which some wait for the document and some for all it loads
window.django?.jQuery?.(() => nameAll(document));
window.addEventListener('load', () => nameAll(document));
document.addEventListener('formset:added', (event) => nameAll(event.target));
