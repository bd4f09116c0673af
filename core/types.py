"""Types that annotations share."""

from django.utils.functional import Promise

# A sentence, or one that is translated when it is shown.
Text = str | Promise
