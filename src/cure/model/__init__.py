"""The vocabulary: what CURE speaks about. Imports only errors."""

from cure.model.audience import Audience as Audience
from cure.model.audience import Purpose as Purpose
from cure.model.finding import Finding as Finding
from cure.model.finding import Kind as Kind
from cure.model.finding import Layer as Layer
from cure.model.finding import Mention as Mention
from cure.model.finding import Record as Record
from cure.model.finding import Retraction as Retraction
from cure.model.finding import mention as mention
from cure.model.label import Caveat as Caveat
from cure.model.label import Confidentiality as Confidentiality
from cure.model.label import Label as Label
from cure.model.label import Pap as Pap
from cure.model.label import Tlp as Tlp
from cure.model.observable import Observable as Observable
from cure.model.observable import Topic as Topic
from cure.model.observable import domain as domain
from cure.model.observable import email as email
from cure.model.observable import filehash as filehash
from cure.model.observable import host as host
from cure.model.observable import ip as ip
from cure.model.observable import tag as tag
from cure.model.observable import url as url
from cure.model.recognise import recognise as recognise
