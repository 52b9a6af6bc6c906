"""Who gets what, of every route: one line a route, and more where it matters whose it is or how far along.

`ok` is 200. `to` is 303 to a screen (for a script: 200 and a receipt). `in` is 303 to the way in (for a script: 401). The rest are
statuses; what is not yours does not exist, so 404. Names in addresses are things of the world that are samira's, deboer's or their
school's, unless the name says whose. A route without a line fails: who may what is decided before the route is there.
"""

from typing import Any

import pytest
from argon2 import PasswordHasher
from litestar.testing import TestClient

from server.core.db import Database
from server.push.outcome import Outcome
from server.settings import Settings
from tests.browsing import Browsing, text_of
from tests.whole import CLASS_LIST, DAANS_CARD, DEVICE, EVERYBODY, PHOTO, fill_the_rest, named, nothing_stored, route_of, routes_of

#                                                   student samira, daan · mentor deboer, kramer · staff anja · coordinator wouters · admin vries · guardian karim
#                                                   and of another school: student olga, mentor prins, coordinator otto
TABLE = """
                                                    samira  daan  deboer kramer  anja wouters vries karim  olga prins otto  nobody
GET    /                                            ok      ok    ok     ok      ok   ok      ok    ok     ok   ok    ok    in
GET    /me                                          ok      ok    ok     ok      ok   ok      ok    ok     ok   ok    ok    in
GET    /help                                        ok      ok    ok     ok      ok   ok      ok    ok     ok   ok    ok    in
GET    /me/key                                      ok      ok    404    404     404  404     404   404    ok   404   404   in
GET    /me/device                                   ok      ok    404    404     404  404     404   404    ok   404   404   in
GET    /outbox                                      ok      ok    404    404     404  404     404   404    ok   404   404   in
POST   /share                                       ok      ok    404    404     404  404     404   404    ok   404   404   401
POST   /me/language                                 to      to    to     to      to   to      to    to     to   to    to    401
POST   /me/theme                                    to      to    to     to      to   to      to    to     to   to    to    401
POST   /me/reading                                  to      to    to     to      to   to      to    to     to   to    to    401
POST   /me/depth                                    to      to    404    404     404  404     404   404    to   404   404   401
POST   /me/codes                                    ok      ok    ok     ok      ok   ok      ok    ok     ok   ok    ok    401
DELETE /me/sessions/{session-samira}                to      404   404    404     404  404     404   404    404  404   404   401
POST   /me/subscriptions                            ok      ok    ok     ok      ok   ok      ok    ok     ok   ok    ok    401
DELETE /me/subscriptions/{apparaat}                 to      404   404    404     404  404     404   404    404  404   404   401
POST   /me/subscriptions/{apparaat}/test            to      404   404    404     404  404     404   404    404  404   404   401
GET    /messages                                    ok      ok    ok     ok      ok   ok      ok    ok     ok   ok    ok    in
POST   /messages/{bericht}/seen                     to      404   404    404     404  404     404   404    404  404   404   401
POST   /messages/seen                               to      to    to     to      to   to      to    to     to   to    to    401

GET    /trail                                       ok      ok    404    404     404  404     404   404    ok   404   404   in
GET    /words                                       ok      ok    404    404     404  404     404   404    ok   404   404   in
GET    /words/evidence?word=quality:working-together  ok    404   404    404     404  404     404   404    404  404   404   in
GET    /words/picture.png                           ok      404   404    404     404  404     404   404    404  404   404   in
GET    /experiences/new                             ok      ok    404    404     404  404     404   404    ok   404   404   in
GET    /experiences/new?activity={bouw}             ok      ok    404    404     404  404     404   404    404  404   404   in
GET    /experiences/{soep}                          ok      404   404    404     404  404     404   404    404  404   404   in
GET    /experiences/{soep}/edit                     ok      404   404    404     404  404     404   404    404  404   404   in
POST   /experiences/{soep}                          to      404   404    404     404  404     404   404    404  404   404   401
POST   /experiences/{nieuw}                         to      to    404    404     404  404     404   404    to   404   404   401
POST   /experiences/{soep}/conflicts/{versie}/choice  to    404   404    404     404  404     404   404    404  404   404   401
POST   /experiences/{soep}/confirmation             to      404   404    404     404  404     404   404    404  404   404   401
POST   /experiences/{soep}/deletion                 to      404   404    404     404  404     404   404    404  404   404   401
DELETE /experiences/{weg}/deletion                  to      404   404    404     404  404     404   404    404  404   404   401
POST   /experiences/{soep}/media                    to      404   404    404     404  404     404   404    404  404   404   401
POST   /experiences/{soep}/media/{nog-een}          to      404   404    404     404  404     404   404    404  404   404   401
GET    /experiences/{soep}/media/{foto}             ok      404   404    404     404  404     404   404    404  404   404   in
POST   /experiences/{soep}/media/{foto}/alt         to      404   404    404     404  404     404   404    404  404   404   401
POST   /experiences/{soep}/media/{foto}/deletion    to      404   404    404     404  404     404   404    404  404   404   401
DELETE /experiences/{soep}/media/{foto-weg}/deletion to     404   404    404     404  404     404   404    404  404   404   401

GET    /conversations                               ok      ok    ok     ok      404  404     404   404    ok   ok    404   in
GET    /conversations/{gesprek}                     ok      404   ok     404     404  404     404   404    404  404   404   in
GET    /conversations/{vorig}                       ok      404   ok     404     404  404     404   404    404  404   404   in
GET    /conversations/{vorig}/media/{foto}          404     404   ok     404     404  404     404   404    404  404   404   in
GET    /conversations/{gesprek}/preparation         ok      404   404    404     404  404     404   404    404  404   404   in
POST   /conversations/{gesprek}/preparation         to      404   404    404     404  404     404   404    404  404   404   401
POST   /conversations/{gesprek}/conflicts/{vraag}/choice  to  404  404   404     404  404     404   404    404  404   404   401
POST   /conversations/{gesprek}/submission          to      404   404    404     404  404     404   404    404  404   404   401
DELETE /conversations/{gesprek}/submission          to      404   404    404     404  404     404   404    404  404   404   401
GET    /conversations/new                           404     404   ok     ok      404  404     404   404    404  ok    404   in
POST   /conversations                               404     404   to     404     404  404     404   404    404  404   404   401
GET    /conversations/{gesprek}/edit                404     404   ok     404     404  404     404   404    404  404   404   in
POST   /conversations/{gesprek}                     404     404   to     404     404  404     404   404    404  404   404   401
POST   /conversations/{gesprek}/cancellation        404     404   to     404     404  404     404   404    404  404   404   401
DELETE /conversations/{gesprek}/cancellation        404     404   to     404     404  404     404   404    404  404   404   401
POST   /conversations/{gesprek}/start               404     404   to     404     404  404     404   404    404  404   404   401
DELETE /conversations/{gesprek}/start               404     404   to     404     404  404     404   404    404  404   404   401
GET    /conversations/{gesprek}/outcome             404     404   ok     404     404  404     404   404    404  404   404   in
POST   /conversations/{gesprek}/outcome             404     404   to     404     404  404     404   404    404  404   404   401
POST   /agreements/{afspraak}/completion            to      404   to     404     404  404     404   404    404  404   404   401
DELETE /agreements/{afspraak}/completion            to      404   to     404     404  404     404   404    404  404   404   401
GET    /groups                                      404     404   ok     ok      404  404     404   404    404  ok    404   in
GET    /groups/{3B}                                 404     404   ok     404     404  404     404   404    404  404   404   in

GET    /recognitions                                ok      ok    ok     ok      ok   ok      ok    404    ok   ok    ok    in
GET    /recognitions/new                            404     404   ok     ok      ok   ok      ok    404    404  ok    ok    in
GET    /recognitions/new?student={samira}           404     404   ok     404     404  ok      ok    404    404  404   404   in
POST   /recognitions                                404     404   to     404     404  to      to    404    404  404   404   401
DELETE /recognitions/{gegeven}                      404     404   to     404     404  404     404   404    404  404   404   401
GET    /recognitions/{gegeven}                      404     404   404    404     404  404     404   404    404  404   404   in
GET    /recognitions/{gemeld}                       404     404   ok     404     404  404     404   404    404  404   404   in
GET    /recognitions/reports                        404     404   ok     ok      ok   ok      ok    404    404  ok    ok    in
POST   /recognitions/{gemeld}/outcome               404     404   to     404     404  404     404   404    404  404   404   401
POST   /recognitions/{gegeven}/keeping              to      404   404    404     404  404     404   404    404  404   404   401
POST   /recognitions/{gegeven}/aside                to      404   404    404     404  404     404   404    404  404   404   401
POST   /recognitions/{gegeven}/thanks               to      404   404    404     404  404     404   404    404  404   404   401
POST   /recognitions/{gegeven}/report               to      404   404    404     404  404     404   404    404  404   404   401
POST   /recognitions/{gegeven}/block                to      404   404    404     404  404     404   404    404  404   404   401
DELETE /recognitions/blocks/{kramer}                to      404   404    404     404  404     404   404    404  404   404   401
GET    /recognitions/invitation                     ok      ok    404    404     404  404     404   404    ok   404   404   in
POST   /recognitions/invitations                    ok      ok    404    404     404  404     404   404    ok   404   404   401
DELETE /recognitions/invitations/{qr}               to      404   404    404     404  404     404   404    404  404   404   401
GET    /r/samiras-qr                                ok      ok    ok     ok      ok   ok      ok    ok     ok   ok    ok    ok
POST   /r/samiras-qr                                404     to    to     to      to   to      to    to     to   to    to    to
GET    /r/no-qr                                     404     404   404    404     404  404     404   404    404  404   404   404
POST   /r/no-qr                                     404     404   404    404     404  404     404   404    404  404   404   404

GET    /cards                                       404     404   ok     ok      ok   ok      ok    404    404  ok    ok    in
GET    /cards/pocket.pdf                            404     404   ok     ok      ok   ok      ok    404    404  ok    ok    in
GET    /cards/poster.pdf                            404     404   ok     ok      ok   ok      ok    404    404  ok    ok    in
GET    /activities                                  404     404   ok     ok      ok   ok      ok    404    404  ok    ok    in
GET    /activities/{bouw}                           404     404   ok     ok      ok   ok      ok    404    404  404   404   in
GET    /activities/{opendag}/goal                   ok      ok    404    404     404  404     404   404    404  404   404   in
POST   /activities/{opendag}/goal                   to      to    404    404     404  404     404   404    404  404   404   401
GET    /activities/new                              404     404   404    404     404  ok      404   404    404  404   ok    in
POST   /activities                                  404     404   404    404     404  to      404   404    404  404   422   401
GET    /activities/{bouw}/edit                      404     404   404    404     404  ok      404   404    404  404   404   in
POST   /activities/{bouw}                           404     404   404    404     404  to      404   404    404  404   404   401
POST   /activities/{bouw}/cancellation              404     404   404    404     404  to      404   404    404  404   404   401
DELETE /activities/{bouw}/cancellation              404     404   404    404     404  to      404   404    404  404   404   401

GET    /school/people                               404     404   404    404     404  ok      ok    404    404  404   ok    in
GET    /school/people/{samira}                      404     404   404    404     404  ok      ok    404    404  404   404   in
GET    /school/people/{deboer}                      404     404   404    404     404  ok      ok    404    404  404   404   in
POST   /school/people/{samira}/link                 404     404   404    404     404  ok      ok    404    404  404   404   401
GET    /school/groups/{3B}                          404     404   404    404     404  ok      ok    404    404  404   404   in
POST   /school/groups/{3B}/links                    404     404   404    404     404  ok      ok    404    404  404   404   401
GET    /school/settings                             404     404   404    404     404  ok      ok    404    404  404   ok    in
POST   /school/settings                             404     404   404    404     404  to      to    404    404  404   to    401
GET    /school/people/new                           404    404    404    404    404    ok     ok     404    404    404    ok     in
POST   /school/people                               404    404    404    404    404    to     to     404    404    404    to     401
GET    /school/people/{deboer}/edit                 404    404    404    404    404    ok     ok     404    404    404    404    in
POST   /school/people/{deboer}                      404    404    404    404    404    to     to     404    404    404    404    401
POST   /school/people/{anja}/archive                404    404    404    404    404    to     to     404    404    404    404    401
DELETE /school/people/{anja}/archive                404    404    404    404    404    to     to     404    404    404    404    401
POST   /school/people/{deboer}/roles/coordinator    404    404    404    404    404    404    to     404    404    404    404    401
DELETE /school/people/{wouters}/roles/coordinator   404    404    404    404    404    404    to     404    404    404    404    401
GET    /school/people/{vries}/edit                  404    404    404    404    404    404    ok     404    404    404    404    in
POST   /school/people/{vries}/link                  404    404    404    404    404    404    ok     404    404    404    404    401
POST   /school/people/{vries}/archive               404    404    404    404    404    404    422    404    404    404    404    401
DELETE /school/people/{vries}/roles/admin           404    404    404    404    404    404    422    404    404    404    404    401
DELETE /school/people/{deboer}/sessions             404    404    404    404    404    to     to     404    404    404    404    401
POST   /school/people/{samira}/group                404    404    404    404    404    to     to     404    404    404    404    401
POST   /school/people/{kramer}/groups               404    404    404    404    404    to     to     404    404    404    404    401
DELETE /school/people/{deboer}/groups/{3B}          404    404    404    404    404    to     to     404    404    404    404    401
POST   /school/people/{samira}/mentors              404    404    404    404    404    to     to     404    404    404    404    401
DELETE /school/people/{samira}/mentors/{kramer}     404    404    404    404    404    to     to     404    404    404    404    401
GET    /school/groups/new                           404    404    404    404    404    ok     ok     404    404    404    ok     in
POST   /school/groups                               404    404    404    404    404    to     to     404    404    404    to     401
GET    /school/groups/{3B}/edit                     404    404    404    404    404    ok     ok     404    404    404    404    in
POST   /school/groups/{3B}                          404    404    404    404    404    to     to     404    404    404    404    401
POST   /school/groups/{3B}/archive                  404    404    404    404    404    to     to     404    404    404    404    401
DELETE /school/groups/{3B}/archive                  404    404    404    404    404    to     to     404    404    404    404    401
POST   /school/groups/{3B}/mentors                  404    404    404    404    404    to     to     404    404    404    404    401
GET    /school/cover                                404    404    404    404    404    ok     404    404    404    404    ok     in
POST   /school/cover                                404    404    404    404    404    to     404    404    404    404    404    401
DELETE /school/cover/{vervanging}                   404    404    404    404    404    to     404    404    404    404    404    401
GET    /school/vocabulary                           404     404   404    404     404  ok      404   404    404  404   ok    in
GET    /school/vocabulary?kind=questions&moment=mentor 404     404   404    404     404  ok      404   404    404  404   ok    in
GET    /school/vocabulary/words/new                 404     404   404    404     404  ok      404   404    404  404   ok    in
POST   /school/vocabulary/words/new                 404     404   404    404     404  to      404   404    404  404   to    401
GET    /school/vocabulary/words/working-together    404     404   404    404     404  ok      404   404    404  404   ok    in
POST   /school/vocabulary/words/working-together    404     404   404    404     404  to      404   404    404  404   to    401
POST   /school/vocabulary/words/working-together/hiding 404     404   404    404     404  to      404   404    404  404   to    401
DELETE /school/vocabulary/words/working-together/hiding 404     404   404    404     404  to      404   404    404  404   to    401
POST   /school/vocabulary/words/working-together/standard 404     404   404    404     404  to      404   404    404  404   to    401
POST   /school/vocabulary/words/working-together/place 404     404   404    404     404  to      404   404    404  404   to    401
POST   /school/vocabulary/words/working-together/picture 404     404   404    404     404  to      404   404    404  404   to    401
DELETE /school/vocabulary/words/working-together/picture 404     404   404    404     404  to      404   404    404  404   to    401
GET    /school/vocabulary/questions/new             404     404   404    404     404  ok      404   404    404  404   ok    in
POST   /school/vocabulary/questions/new             404     404   404    404     404  to      404   404    404  404   to    401
GET    /school/vocabulary/questions/prepare-strong-moment 404     404   404    404     404  ok      404   404    404  404   ok    in
POST   /school/vocabulary/questions/prepare-strong-moment 404     404   404    404     404  to      404   404    404  404   to    401
POST   /school/vocabulary/questions/prepare-strong-moment/hiding 404     404   404    404     404  to      404   404    404  404   to    401
DELETE /school/vocabulary/questions/prepare-strong-moment/hiding 404     404   404    404     404  to      404   404    404  404   to    401
POST   /school/vocabulary/questions/prepare-strong-moment/standard 404     404   404    404     404  to      404   404    404  404   to    401
POST   /school/vocabulary/questions/prepare-strong-moment/place 404     404   404    404     404  to      404   404    404  404   to    401
GET    /school/vocabulary/own                       404     404   404    404     404  ok      404   404    404  404   ok    in
POST   /school/vocabulary/own/aside                 404     404   404    404     404  404     404   404    404  404   404   401
DELETE /school/vocabulary/own/aside                 404     404   404    404     404  to      404   404    404  404   to    401
GET    /school/vocabulary/sharing                   404     404   404    404     404  ok      404   404    404  404   ok    in
GET    /school/vocabulary/file                      404     404   404    404     404  ok      404   404    404  404   ok    in
POST   /school/vocabulary/file                      404     404   404    404     404  ok      404   404    404  404   ok    401
POST   /school/vocabulary/file/application          404     404   404    404     404  to      404   404    404  404   to    401
GET    /vocabulary/pictures/{plaatje}               ok      ok    ok     ok      ok   ok      ok    ok     404  404   404   in
GET    /me/record                                   ok     ok     ok     ok     ok     ok     ok     404    ok     ok     ok     in
GET    /school/record                               404    404    404    404    404    ok     ok     404    404    404    ok     in
GET    /school/record?person={samira}               404    404    404    404    404    ok     ok     404    404    404    ok     in
GET    /school/record/verification                  404    404    404    404    404    ok     ok     404    404    404    ok     in
POST   /school/record/export                        404    404    404    404    404    ok     ok     404    404    404    ok     401
GET    /school/import                               404     404   404    404     404  ok      ok    404    404  404   ok    in
POST   /school/import                               404     404   404    404     404  to      to    404    404  404   to    401
GET    /school/import/{lijst}                       404     404   404    404     404  ok      ok    404    404  404   404   in
GET    /school/import/{lijst}/columns               404     404   404    404     404  ok      ok    404    404  404   404   in
POST   /school/import/{lijst}/columns               404     404   404    404     404  to      to    404    404  404   404   401
POST   /school/import/{lijst}/reach                 404     404   404    404     404  to      to    404    404  404   404   401
POST   /school/import/{lijst}/application           404     404   404    404     404  409     409   404    404  404   404   401
DELETE /school/import/{gelezen}/application         404     404   404    404     404  to      to    404    404  404   404   401

GET    /school/people/{samira}/card                 404     404   ok     404     404  ok      ok    404    404  404   404   in
POST   /school/people/{samira}/card                 404     404   ok     404     404  ok      ok    404    404  404   404   401
DELETE /school/people/{samira}/card                 404     404   to     404     404  to      to    404    404  404   404   401
GET    /school/groups/{3B}/cards                    404     404   ok     404     404  ok      ok    404    404  404   404   in
POST   /school/groups/{3B}/cards                    404     404   ok     404     404  ok      ok    404    404  404   404   401
GET    /school/cards                                404     404   404    404     404  ok      ok    404    404  404   ok    in
POST   /school/cards                                404     404   404    404     404  ok      ok    404    404  404   ok    401

GET    /school/people/{samira}/guardians            404     404   404    404     404  ok      ok    404    404  404   404   in
POST   /school/people/{samira}/guardians            404     404   404    404     404  to      to    404    404  404   404   401
POST   /school/people/{samira}/guardians/{karim}/invitation 404 404 404  404     404  to      to    404    404  404   404   401
POST   /school/people/{samira}/guardians/{karim}/link 404   404   404    404     404  ok      ok    404    404  404   404   401
DELETE /school/people/{samira}/guardians/{karim}    404     404   404    404     404  to      to    404    404  404   404   401
GET    /school/guardians                            404     404   404    404     404  ok      ok    404    404  404   ok    in
POST   /school/guardians/invitations                404     404   404    404     404  to      to    404    404  404   to    401
GET    /me/guardians                                ok      ok    404    404     404  404     404   404    ok   404   404   in
POST   /me/guardians                                to      to    404    404     404  404     404   404    404  404   404   401
POST   /me/guardians/{karim}/agreement              404     404   404    404     404  404     404   404    404  404   404   401
POST   /me/guardians/{daans-oma}/agreement          404     to    404    404     404  404     404   404    404  404   404   401
DELETE /me/guardians/{karim}                        to      404   404    404     404  404     404   404    404  404   404   401
DELETE /me/children/{samira}                        404     404   404    404     404  404     404   to     404  404   404   401
GET    /invitation/karims-link                      ok      ok    ok     ok      ok   ok      ok    ok     ok   ok    ok    ok
POST   /invitation/karims-link                      to      to    to     to      to   to      to    to     to   to    to    to
GET    /invitation/no-link                          404     404   404    404     404  404     404   404    404  404   404   404
POST   /invitation/no-link                          404     404   404    404     404  404     404   404    404  404   404   404
GET    /sign-in/mail                                ok     ok     ok     ok     ok     ok     ok     ok     ok     ok     ok     ok
POST   /sign-in/mail                                to     to     to     to     to     to     to     to     to     to     to     to
POST   /sign-in/mail/code                           422    422    422    422    422    422    422    422    422    422    422    422
POST   /sign-in/mail/school                         422    422    422    422    422    422    422    422    422    422    422    422
GET    /sign-in/password                            ok     ok     ok     ok     ok     ok     ok     ok     ok     ok     ok     ok
POST   /sign-in/password                            422    422    422    422    422    422    422    422    422    422    422    422
POST   /sign-in/passkey/challenge                   ok     ok     ok     ok     ok     ok     ok     ok     ok     ok     ok     ok
POST   /sign-in/passkey                             422    422    422    422    422    422    422    422    422    422    422    422
GET    /sign-in/confirmation                        ok     ok     ok     ok     ok     ok     ok     ok     ok     ok     ok     in
POST   /sign-in/confirmation                        ok     ok     ok     ok     ok     ok     ok     ok     ok     ok     ok     401
GET    /me/passkeys/new                             404    404    ok     ok     ok     ok     ok     404    404    ok     ok     in
POST   /me/passkeys/challenge                       404    404    ok     ok     ok     ok     ok     404    404    ok     ok     401
POST   /me/passkeys                                 404    404    422    422    422    422    422    404    404    422    422    401
GET    /me/passkeys/{sleutel}                       404    404    ok     404    404    404    404    404    404    404    404    in
DELETE /me/passkeys/{sleutel}                       404    404    to     404    404    404    404    404    404    404    404    401
GET    /me/password                                 404    404    ok     ok     ok     ok     ok     404    404    ok     ok     in
POST   /me/password                                 404    404    ok     ok     ok     ok     ok     404    404    ok     ok     401
POST   /me/password/factor                          404    404    to     to     to     to     to     404    404    to     to     401
POST   /me/password/paper                           404    404    to     to     to     to     to     404    404    to     to     401
DELETE /me/password                                 404    404    to     to     to     to     to     404    404    to     to     401
DELETE /me/sessions                                 to     to     to     to     to     to     to     to     to     to     to     401
GET    /sign-in/card                                ok      ok    ok     ok      ok   ok      ok    ok     ok   ok    ok    ok
POST   /sign-in/card                                to      to    to     to      to   to      to    to     to   to    to    to
GET    /sign-in                                     ok      ok    ok     ok      ok   ok      ok    ok     ok   ok    ok    ok
POST   /sign-in                                     to      to    to     to      to   to      to    to     to   to    to    to
GET    /sign-in/daans-link                          ok      ok    ok     ok      ok   ok      ok    ok     ok   ok    ok    ok
POST   /sign-in/daans-link                          to      to    to     to      to   to      to    to     to   to    to    to
GET    /sign-in/provider/none                       404     404   404    404     404  404     404   404    404  404   404   404
GET    /sign-in/provider/none/callback              404     404   404    404     404  404     404   404    404  404   404   404
GET    /sign-in/provider/none/link                  404     404   404    404     404  404     404   404    404  404   404   404
POST   /sign-in/provider/none/link                  404     404   404    404     404  404     404   404    404  404   404   404
GET    /sign-in/provider/none/signed-out            404     404   404    404     404  404     404   404    404  404   404   404
GET    /sign-in/provider/none/sign-out              404     404   404    404     404  404     404   404    404  404   404   404
DELETE /me/providers/{schoolaccount}                to      404   404    404     404  404     404   404    404  404   404   401
GET    /sign-in/no-link                             404     404   404    404     404  404     404   404    404  404   404   404
POST   /sign-in/no-link                             404     404   404    404     404  404     404   404    404  404   404   404
POST   /sign-out                                    to      to    to     to      to   to      to    to     to   to    to    to
GET    /setup                                       404     404   404    404     404  404     404   404    404  404   404   404
GET    /setup/secret                                404     404   404    404     404  404     404   404    404  404   404   404
POST   /setup/secret                                404     404   404    404     404  404     404   404    404  404   404   404
GET    /healthz                                     ok      ok    ok     ok      ok   ok      ok    ok     ok   ok    ok    ok
GET    /readyz                                      ok      ok    ok     ok      ok   ok      ok    ok     ok   ok    ok    ok
GET    /offline                                     ok      ok    ok     ok      ok   ok      ok    ok     ok   ok    ok    ok
GET    /manifest.webmanifest                        ok      ok    ok     ok      ok   ok      ok    ok     ok   ok    ok    ok
GET    /service-worker.js                           ok      ok    ok     ok      ok   ok      ok    ok     ok   ok    ok    ok
GET    /favicon.ico                                 ok      ok    ok     ok      ok   ok      ok    ok     ok   ok    ok    ok
GET    /assets/no-such-file                         404     404   404    404     404  404     404   404    404  404   404   404
"""

WHEN = {"date": "2026-12-07", "time": "11:20", "minutes": "20", "place_kind": "room", "place": "lokaal 2.14"}
ACTIVITY = {"kind": "workshop", "title": "Lassen", "place": "", "date": "2026-12-01", "start": "09:00", "end": "10:00", "groups": "{3B}", "revision": "1"}
SEEN = {"word": "persevering", "sentence": "Ik zag dat je niet stopte toen het regende."}
WORD = {"nl": "kunnen wachten", "en": "", "sentence_nl": "Je wacht.", "sentence_en": "", "cluster": "self", "icon": "hourglass", "example-1-nl": "je wacht", "own": ""}
QUESTION = {"nl": "Wie liep er met je mee?", "en": "", "competency": "networking", "moment": "after", "kind_hint": ""}
SENT_WORD = b'{"key": "wacht", "kind": "quality", "nl": "kunnen wachten", "cluster": "self"}'
VOCABULARY = b'{"format": "spoor-vocabulary", "version": 1, "licence": "CC-BY-4.0", "words": [' + SENT_WORD + b'], "questions": []}'
FORMS: dict[str, dict[str, str]] = {
    "POST /me/language": {"language": "en"},
    "POST /me/theme": {"theme": "dark"},
    "POST /me/reading": {"text_size": "large", "calm": "1", "pictures": "1"},
    "POST /me/subscriptions": {"endpoint": DEVICE["endpoint"] + "y", "keys": f'{{"p256dh": "{DEVICE["p256dh"]}", "auth": "{DEVICE["auth"]}"}}'},
    "POST /experiences/{soep}": {"step": "text", "text": "Soep", "base": "1", "go": "stop"},
    "POST /experiences/{nieuw}": {"step": "text", "text": "Nieuw", "base": "0", "go": "stop"},
    "POST /experiences/{soep}/media/{nog-een}": {"kind": "photo"},
    "POST /experiences/{soep}/media/{foto}/alt": {"alt": "Een pan soep"},
    "POST /conversations/{gesprek}/preparation": {"step": "1", "experience": "{oma}", "recognitions": "1", "recognition": "{gegeven}", "base": "1"},
    "POST /experiences/{soep}/conflicts/{versie}/choice": {"keep": "other", "base": "1"},
    "POST /conversations/{gesprek}/conflicts/{vraag}/choice": {"keep": "other", "base": "1"},
    "POST /conversations": {"student": "{noor}", **WHEN},
    "POST /conversations/{gesprek}": {"revision": "1", **WHEN},
    "POST /conversations/{gesprek}/outcome": {"revision": "1", "summary": "Samen gepraat"},
    "POST /recognitions": {"student": "{samira}", **SEEN},
    "POST /recognitions/{gemeld}/outcome": {"outcome": "talked"},
    "POST /r/samiras-qr": {**SEEN, "name": "Henk Bos", "role": "stagebegeleider"},
    "POST /activities": ACTIVITY,
    "POST /activities/{bouw}": ACTIVITY,
    "POST /school/import/{lijst}/columns": {"who": "students", "column-0": "number", "column-1": "given", "column-3": "family", "column-4": "group"},
    "POST /school/import/{lijst}/reach": {"reach": "part"},
    "POST /school/import/{lijst}/application": {"seal": "x", "sure": "1"},
    "POST /school/settings": {"school": "De Waal", "trusted_name": "Bakker", "trusted_contact": "1.03", "guardians_from": "16", "vision": "Doen", "edition": "1"},
    "POST /school/vocabulary/words/new": {"kind": "quality", **WORD},
    "POST /school/vocabulary/words/working-together": {"base": "0", **WORD},
    "POST /school/vocabulary/words/working-together/standard": {"base": "0"},
    "POST /school/vocabulary/questions/prepare-strong-moment/standard": {"base": "0"},
    "POST /school/vocabulary/words/working-together/place": {"place": "3", "go": ""},
    "POST /school/vocabulary/questions/new": QUESTION,
    "POST /school/vocabulary/file/application": {"content": VOCABULARY.decode(), "edition": "0", "theirs": "word:working-together"},
    "POST /school/vocabulary/questions/prepare-strong-moment": {"base": "0", **QUESTION},
    "POST /school/vocabulary/questions/prepare-strong-moment/place": {"place": "3", "go": ""},
    "POST /sign-in/card": {"code": DAANS_CARD},
    "POST /school/people/{samira}/guardians": {"email": "oma@voorbeeld.nl", "given_name": "Oma", "infix": "", "family_name": "Jansen"},
    "POST /school/guardians/invitations": {"whom": "{karim}.{samira}"},
    "POST /me/guardians": {"email": "oma@voorbeeld.nl"},
    "POST /school/groups/{3B}/cards": {"everybody": "1"},
    "POST /school/cards": {"everybody": "1"},
    "POST /school/people": {"kind": "staff", "given_name": "Nieuwe", "infix": "", "family_name": "Collega", "addressed_as": "", "job": "", "number": "", "email": ""},
    "POST /school/people/{deboer}": {
        "given_name": "Marten",
        "infix": "de",
        "family_name": "Boer",
        "addressed_as": "meneer Boer",
        "job": "mentor",
        "number": "",
        "email": "",
        "edition": "1",
    },
    "POST /school/people/{samira}/group": {"group": "{3C}", "edition": "1"},
    "POST /school/people/{kramer}/groups": {"group": "{3B}"},
    "POST /school/people/{samira}/mentors": {"mentor": "{kramer}"},
    "POST /school/groups": {"name": "9Z"},
    "POST /school/groups/{3B}": {"name": "3Bis", "depth": "deep", "edition": "1"},
    "POST /me/depth": {"depth": "deep"},
    "POST /school/groups/{3B}/mentors": {"mentor": "{kramer}"},
    "POST /school/cover": {"mentor": "{deboer}", "colleague": "{kramer}", "starts_on": "2026-11-24", "ends_on": "2026-11-30"},
    "POST /school/record/export": {"sort": "in", "person": "{samira}", "first": "2026-11-01", "last": "2026-11-30"},
    "POST /sign-in": {"code": "ABCD-234567"},
    "POST /sign-in/mail": {"email": "els.wouters@waal.example", "next": "/me", "who": "staff"},
    "POST /sign-in/mail/code": {"code": "ABCD-2345", "next": "/me", "resume_path": "", "resume_fields": ""},
    "POST /sign-in/mail/school": {"proof": "x", "person": "{wouters}"},
    "POST /sign-in/password": {"email": "els.wouters@waal.example", "password": "paraplu 7 dwaallicht tafel", "code": "123456"},
    "POST /sign-in/passkey": {"credential": "{}", "ticket": "x"},
    "POST /me/passkeys": {"credential": "{}", "ticket": "x", "name": "Laptop"},
    "POST /me/password": {"password": "paraplu 7 dwaallicht tafel"},
    "POST /me/password/factor": {"setup": "x", "code": "123456"},
    "POST /sign-in/confirmation": {"why": "x"},
}
"""What a line sends; nothing where it is not named."""

FILES = {
    "/school/import": {"file": ("klas.csv", CLASS_LIST, "text/csv")},
    "/school/vocabulary/file": {"file": ("woorden.json", VOCABULARY, "application/json")},
    "/school/vocabulary/words/working-together/picture": {"picture": ("woord.jpg", PHOTO, "image/jpeg")},
    "/experiences/{soep}/media": {"photo": ("soep.jpg", PHOTO, "image/jpeg")},
    "/experiences/{soep}/media/{nog-een}": {"file": ("soep.jpg", PHOTO, "image/jpeg")},
}
"""What goes along as a file."""

LINES = {(method, path): cells for method, path, *cells in (line.split() for line in TABLE.splitlines()[2:] if line.strip())}


@pytest.fixture(autouse=True)
def whole_world(database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    class Delivered:
        def __init__(self, _: Any) -> None: ...

        async def __aenter__(self) -> "Delivered":
            return self

        async def __aexit__(self, *_: object) -> None: ...

        async def deliver(self, messages: list[Any]) -> list[Outcome]:
            return [Outcome(message.device.id, "delivered", 201) for message in messages]

    monkeypatch.setattr("server.push.delivery.Sender", Delivered)
    monkeypatch.setattr("server.sign_in.password._hasher", lambda: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    fill_the_rest(database, settings)


def asked(browsing: Browsing, who: str, method: str, path: str, **headers: str) -> Any:
    fields = {name: named(value) for name, value in FORMS.get(f"{method} {path}", {}).items()}
    files = {"files": FILES[path]} if method == "POST" and path in FILES else {}
    person = getattr(browsing, who)
    kept = dict(person.cookies)
    answer = person._send(method, named(path), headers=headers, **({"data": fields} if method == "POST" else {}), **files)
    person.cookies = kept
    return answer


def outcome_of(answer: Any) -> str:
    if answer.status_code == 303:
        way_in = answer.request.method == "GET" and answer.headers["location"].partition("?")[0] == "/sign-in"
        return "in" if way_in else "to"
    return "ok" if answer.status_code == 200 else str(answer.status_code)


def test_every_route_stands_in_the_table_and_every_line_says_something_of_everybody(client: TestClient) -> None:
    assert TABLE.split()[: len(EVERYBODY)] == list(EVERYBODY)
    assert {line for line, cells in LINES.items() if len(cells) != len(EVERYBODY)} == set()
    assert {route_of(client.app, method, path.partition("?")[0]) for method, path in LINES} == routes_of(client.app)
    assert FORMS.keys() <= {f"{method} {path}" for method, path in LINES}


def test_everybody_gets_exactly_what_the_table_says_and_who_is_refused_changes_nothing(browsing: Browsing, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = []
    with nothing_stored(database, monkeypatch) as stood:
        for (method, path), cells in LINES.items():
            for who, expected in zip(EVERYBODY, cells, strict=True):
                stood.clear()
                answer = asked(browsing, who, method, path)
                if (outcome := outcome_of(answer)) != expected:
                    wrong.append(f"{method} {path}: {who} gets {outcome}, the table says {expected}")
                if expected in {"404", "401", "in"} and stood:
                    wrong.append(f"{method} {path}: {who} is refused and yet something was stored")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("installed", ["sqlite"], indirect=True)
def test_a_script_gets_the_same_as_json_and_never_a_redirect(browsing: Browsing, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = []
    expectations = {"to": "ok", "in": "401"}
    with nothing_stored(database, monkeypatch):
        for (method, path), cells in LINES.items():
            for who, expected in zip(EVERYBODY, cells, strict=True):
                answer = asked(browsing, who, method, path, accept="application/json")
                outcome, kind = outcome_of(answer), answer.headers.get("content-type", "")
                if outcome != expectations.get(expected, expected):
                    wrong.append(f"{method} {path}: {who} gets {outcome}, the table says {expected}")
                if expected == "to" and "to" not in answer.json() and "id" not in answer.json() and "sent" not in answer.json():
                    wrong.append(f"{method} {path}: {who} gets no receipt")
                if expected in {"401", "in"} and answer.json() != {"status": 401}:
                    wrong.append(f"{method} {path}: {who} gets {kind}")
    assert not wrong, "\n".join(wrong)


def test_what_is_anothers_and_what_is_not_there_look_the_same(browsing: Browsing) -> None:
    for path in ("/experiences/{soep}", "/conversations/{gesprek}", "/conversations/{gesprek}/edit", "/groups/{3B}", "/activities/{bouw}", "/school/groups/{3B}"):
        for who in ("daan", "kramer", "otto"):
            there, not_there = (getattr(browsing, who).get(named(asked)) for asked in (path, path.replace("{", "{never-")))
            if there.status_code == 404:
                assert "Deze pagina is er niet" in text_of(there)
                assert text_of(there) == text_of(not_there) and len(there.text) == len(not_there.text)
