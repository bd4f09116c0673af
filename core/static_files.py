"""Our own style sheets and scripts travel without comments and spaces. Vendored files are small already."""

import rcssmin
import rjsmin
from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage

OWN = {".css": ("css/", rcssmin.cssmin), ".js": ("js/", rjsmin.jsmin)}


def minified(name: str, content: bytes) -> bytes:
    """The file `name` (as in `{% static %}`) as it is to travel; what is not ours, and no style or script, as it is."""
    for suffix, (folder, minify) in OWN.items():
        if name.startswith(folder) and name.endswith(suffix):
            return minify(content.decode()).encode()
    return content


class MinifiedStorage(CompressedManifestStaticFilesStorage):
    """What `collectstatic` fills: minified before files are named by what is in them, and compressed."""

    def _save(self, name: str, content: File) -> str:
        if name.startswith(("css/", "js/")):
            content.seek(0)
            content = ContentFile(minified(name, content.read()))
        return super()._save(name, content)
