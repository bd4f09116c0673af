"""How people are reached outside of the site: SMS, the browsers' push services, mail, WeChat. All from the environment."""

import os

from campus_errand.settings.environment import env_bool

# Short messages: accounts.sms has a module for each provider, which reads its own values here.
SMS_PROVIDER = os.environ.get("SMS_PROVIDER", "console")
SMS = {
    "aliyun": {
        "ALIYUN_ACCESS_KEY_ID": os.environ.get("ALIYUN_ACCESS_KEY_ID", ""),
        "ALIYUN_ACCESS_KEY_SECRET": os.environ.get("ALIYUN_ACCESS_KEY_SECRET", ""),
        "ALIYUN_SMS_SIGN": os.environ.get("ALIYUN_SMS_SIGN", ""),
        "ALIYUN_SMS_URL": os.environ.get("ALIYUN_SMS_URL", "https://dysmsapi.aliyuncs.com"),
    },
    "tencent": {
        "TENCENT_SECRET_ID": os.environ.get("TENCENT_SECRET_ID", ""),
        "TENCENT_SECRET_KEY": os.environ.get("TENCENT_SECRET_KEY", ""),
        "TENCENT_SMS_APP_ID": os.environ.get("TENCENT_SMS_APP_ID", ""),
        "TENCENT_SMS_SIGN": os.environ.get("TENCENT_SMS_SIGN", ""),
        "TENCENT_SMS_REGION": os.environ.get("TENCENT_SMS_REGION", "ap-guangzhou"),
        "TENCENT_SMS_URL": os.environ.get("TENCENT_SMS_URL", "https://sms.tencentcloudapi.com"),
    },
}
# The codes of the texts that the provider has approved (see accounts.sms.TEMPLATES).
SMS_TEMPLATES = {
    name: os.environ.get(f"SMS_TEMPLATE_{name.upper()}", "")
    for name in ("code", "unknown_account", "account_exists", "notice")
}
# Notices by delivery channels. Each channel is there when it is configured (notifications.channels).
# Web push: a P-256 private key (base64url of its 32 bytes, or of a DER key) and whom a push service may write to.
VAPID_PRIVATE_KEY = os.environ.get("VAPID_PRIVATE_KEY", "")
VAPID_SUBJECT = os.environ.get("VAPID_SUBJECT", "")
# The push services of the browsers: what a browser names beside these is not called.
PUSH_SERVICES = [
    "https://fcm.googleapis.com",
    "https://updates.push.services.mozilla.com",
    "https://*.push.apple.com",
    "https://*.notify.windows.com",
]
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "465"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL") or "notices@localhost"
# WeChat subscription messages of a service account. A template is written ID:field:field, the fields being those that
# take the title and the text, for instance "pXq…:thing2:thing5".
WECHAT = {
    "WECHAT_APPID": os.environ.get("WECHAT_APPID", ""),
    "WECHAT_SECRET": os.environ.get("WECHAT_SECRET", ""),
    "WECHAT_URL": os.environ.get("WECHAT_URL", "https://api.weixin.qq.com"),
}
# Pages that scan use WeChat's own scanner (JS-SDK): "1" once the site's name is registered with the account
# (JS接口安全域名).
WECHAT_JS_SDK = env_bool("WECHAT_JS_SDK")
# By which WeChat sees that the name is ours: what /MP_verify_<this>.txt says.
WECHAT_DOMAIN_CODE = os.environ.get("WECHAT_DOMAIN_CODE", "")
WECHAT_TEMPLATES = {
    topic: os.environ.get(f"WECHAT_TEMPLATE_{topic.upper()}", "")
    for topic in ("needed", "progress", "trouble", "money", "chat", "jobs", "platform")
}

# Calls with hidden numbers (CALL_PROVIDER=aliyun).
ALIYUN_CALLS = {
    "ALIYUN_ACCESS_KEY_ID": os.environ.get("ALIYUN_ACCESS_KEY_ID", ""),
    "ALIYUN_ACCESS_KEY_SECRET": os.environ.get("ALIYUN_ACCESS_KEY_SECRET", ""),
    "ALIYUN_CALLS_POOL_KEY": os.environ.get("ALIYUN_CALLS_POOL_KEY", ""),
    # Part of the address that call records are pushed to: /calls/aliyun/<this>/
    "ALIYUN_CALLS_CALLBACK_SECRET": os.environ.get("ALIYUN_CALLS_CALLBACK_SECRET", ""),
    "ALIYUN_CALLS_URL": os.environ.get("ALIYUN_CALLS_URL", "https://dyplsapi.aliyuncs.com"),
}
