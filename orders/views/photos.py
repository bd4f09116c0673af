from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from orders.models import Photo
from orders.permissions import may_see_photo


@login_required
@require_safe
def photo(request: HttpRequest, no: str, pk: int) -> HttpResponse:
    """A picture of an order, for those who may see it; it does not exist for anyone else."""
    found = get_object_or_404(Photo.objects.select_related("order"), pk=pk, order__no=no)
    if not may_see_photo(request.user, found):
        raise Http404
    try:
        file = found.image.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/jpeg")
    patch_cache_control(response, private=True, max_age=3600)
    return response
