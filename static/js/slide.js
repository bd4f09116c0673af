/* Slide to confirm (components/slide.html): by pointer or arrow keys; the button beside it does the same. */
(() => {
  "use strict";
  const { $, $$, on, submit, BUTTONS } = window.ui;

  function slideTo(slide, percent) {
    const way = (slide.clientWidth - 56) * percent / 100;
    $(".slide-thumb", slide).style.transform = `translateX(${way}px)`;
    $(".slide-fill", slide).style.width = `${way + 56}px`;
    slide.setAttribute("aria-valuenow", Math.round(percent));
  }
  function slideDone(slide) {
    const form = slide.closest("form");
    slideTo(slide, 100);
    if (navigator.vibrate) navigator.vibrate(40);
    submit(form, $(BUTTONS, slide.parentNode));
    // Nothing was sent (a field is missing, a question was asked): the thumb goes back.
    setTimeout(() => form.getAttribute("aria-busy") || document.documentElement.classList.contains("sheet-on") || slideTo(slide, 0), 1500);
  }
  on("pointerdown", "[data-slide]", (event, slide) => {
    if (slide.getAttribute("aria-disabled") === "true" || event.button > 0) return;
    const start = event.clientX, way = slide.clientWidth - 56;
    if (start - slide.getBoundingClientRect().left > 88) return; // from the thumb only
    let percent = 0;
    slide.setPointerCapture(event.pointerId);
    slide.classList.add("is-held");
    const move = (e) => { percent = Math.max(0, Math.min(100, (e.clientX - start) / way * 100)); slideTo(slide, percent); };
    const end = (e) => {
      slide.removeEventListener("pointermove", move);
      slide.removeEventListener("pointerup", end);
      slide.removeEventListener("pointercancel", end);
      slide.classList.remove("is-held");
      if (e.type === "pointerup" && percent > 88) slideDone(slide); else slideTo(slide, 0);
    };
    slide.addEventListener("pointermove", move);
    slide.addEventListener("pointerup", end);
    slide.addEventListener("pointercancel", end);
  });
  on("keydown", "[data-slide]", (event, slide) => {
    const steps = { ArrowRight: 20, ArrowUp: 20, ArrowLeft: -20, ArrowDown: -20, Home: -100, End: 100 };
    if (!(event.key in steps) || slide.getAttribute("aria-disabled") === "true") return;
    event.preventDefault();
    const percent = Math.max(0, Math.min(100, Number(slide.getAttribute("aria-valuenow")) + steps[event.key]));
    if (percent === 100) slideDone(slide); else slideTo(slide, percent);
  });
  // What it asked for has ended, well or badly, or a question was answered with no.
  document.addEventListener("ui:released", (event) => $$("[data-slide]", event.target).forEach((slide) => slideTo(slide, 0)));
})();
