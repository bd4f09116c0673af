/* The admin's theme (Unfold) writes the name of a chosen file into the first text field three levels above the file's: in its
   own widget a disabled one that shows it, anywhere else somebody's answer, or nothing at all. It asks `hasChangeListener`
   whether a field is seen to already: all are but those of its own widget. */
(() => {
  "use strict";
  const seen = new WeakSet();
  Object.defineProperty(HTMLInputElement.prototype, "hasChangeListener", {
    get() {
      const label = this.closest("label");
      return seen.has(this) || !(label && label.querySelector("input[type=text][disabled]"));
    },
    set() { seen.add(this); },
  });
})();
