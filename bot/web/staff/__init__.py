"""The staff pages under /staff: server-rendered, complete without JavaScript, quicker with it."""

from sanic import Blueprint

from bot.web.staff.answer_pages import answer
from bot.web.staff.faq_pages import faq
from bot.web.staff.item_pages import item
from bot.web.staff.look_pages import look
from bot.web.staff.people_pages import people
from bot.web.staff.queue_pages import queue
from bot.web.staff.sign_in import sign_in

staff: tuple[Blueprint, ...] = (sign_in, queue, item, answer, faq, look, people)
