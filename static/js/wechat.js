/* WeChat's own windows, to pay (templates/payments/wechatpay.html) and to be paid (collect.html). Only the browser inside
   the WeChat app can open them. */
(() => {
  "use strict";
  const { on } = window.ui;

  function pay(button) {
    const { wechatPay, back } = button.dataset;
    window.WeixinJSBridge.invoke("getBrandWCPayRequest", JSON.parse(wechatPay), (answer) => {
      // What the window says proves nothing: the server asks WeChat.
      if (answer.err_msg === "get_brand_wcpay_request:ok") location.assign(back);
    });
  }
  function collect(button) {
    window.WeixinJSBridge.invoke("requestMerchantTransfer", JSON.parse(button.dataset.wechatCollect), (answer) => {
      if (answer.err_msg === "requestMerchantTransfer:ok") document.getElementById("collected").submit();
    });
  }
  const opens = (selector, open) => on("click", selector, (event, button) => {
    if (window.WeixinJSBridge) open(button);
    else document.addEventListener("WeixinJSBridgeReady", () => open(button), { once: true });
  });
  opens("[data-wechat-pay]", pay);
  opens("[data-wechat-collect]", collect);
})();
