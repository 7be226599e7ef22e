/** What the chat says by itself: name|Korean|English. What 엘비 answers comes from the server, in Korean. */
const TABLE = `
title|엘비(LV)|Elbi (LV)
you|나|You
guest|로그인 전|Not logged in
member|{name}님|{name}
close|닫기|Close
fold|접기|Fold
unfold|펼치기|Unfold
back|뒤로|Back
log|엘비와의 대화|Conversation with Elbi
hello_guest|안녕하세요, 엘비(LV)입니다!|Hello, I am Elbi (LV)!
hello_member|안녕하세요, {name}님!|Hello {name}!
try|이렇게 물어보세요|Ask like this
range|엘비 답변범위 안내|What Elbi can answer
placeholder|궁금한 내용을 입력해 주세요|Type your question
send|보내기|Send
too_long|{n}자예요. 500자까지 보낼 수 있어요|{n} characters; at most 500 can be sent
suggestions|추천 질문|Suggestions
suggested|추천 질문 {n}건, 위아래 화살표로 고르세요|{n} suggestions: up and down arrows
bar|빠른 메뉴|Quick menu
ask|To 엘비|To Elbi
help|도움말|Help
best|Best|Best
updated|Updated|Updated
comment|댓글|Comment
share|공유|Share
edit|편집|Edit
restore|복구|Restore
see_all|전체보기 ({total}건)|See all ({total})
all_of|‘{q}’ 전체보기|All for “{q}”
all|전체|All
category|분류|Category
total|{total}건|{total} entries
previous|이전|Previous
next|다음|Next
nothing|해당하는 내용이 없어요.|Nothing here.
date|{date} 업데이트|Updated {date}
related|함께 보면 좋은 안내|Related
maybe|혹시 이 안내를 찾으셨나요?|Or did you mean this?
helpful|도움이 되었나요?|Did this help?
yes|도움됨|Yes
no|아니요|No
thanks_yes|도움이 되었다니 다행이에요.|Glad it helped.
thanks_no|의견 감사합니다. 더 나은 안내로 고칠게요.|Thank you. We will improve it.
comment_label|댓글 내용|Your comment
comment_sent|댓글을 전달했어요.|Your comment was sent.
private|담당자만 봅니다. 개인정보는 적지 말아 주세요.|For staff only. No personal data, please.
open_first|먼저 안내를 하나 열어 주세요.|Open an answer first.
link|공유 링크|Link
share_who|볼 수 있는 분에게만 열리는 링크입니다.|It opens only for people who may see this answer.
copy|링크 복사|Copy link
copied|링크를 복사했어요.|Link copied.
copy_by_hand|Ctrl+C로 복사해 주세요.|Press Ctrl+C to copy.
shared|공유받은 안내입니다.|An answer shared with you.
share_gone|공유받은 안내를 지금은 보여 드릴 수 없어요. 내려갔거나, 로그인하신 뒤에 볼 수 있는 안내일 수 있습니다.|It cannot be shown: it may be gone, or need a login.
ask_intro|담당자가 확인하고 답변을 올려 드려요.|Our staff will add an answer.
ask_label|담당자에게 남길 질문|Your question to staff
ask_send|담당자에게 보내기|Send to staff
one_tap|To 엘비로 보내기|Send To Elbi
change|고쳐서 보내기|Edit and send
asked|담당자에게 전달했어요.|Sent to staff.
mine|내 질문|My questions
mine_none|아직 담당자에게 남긴 질문이 없어요.|No question to staff yet.
new|접수됨|Received
working|확인 중|In progress
published|답변 등록|Answered
login_required|로그인하시면 답변을 볼 수 있어요|Log in to see the answer
rejected|종결|Closed
answered|답변이 등록되었습니다.|An answer has been added.
see_answer|답변 보기|See the answer
login|로그인하기|Log in
after_login|로그인 후 이용|After login
steps|진행 단계|Steps
step_done|완료|Done
step_current|지금 할 일|Now
step_waiting|기다리는 중|Waiting
step_todo|예정|To come
available|{date}부터 가능해요|Possible from {date}
reopen|다시 열기|Open again
earlier|이전 대화|Earlier conversation
earlier_none|더 불러올 이전 대화가 없어요.|No earlier conversation.
edit_none|고쳐서 다시 물어볼 질문이 아직 없어요.|No question to edit yet.
editing|지난 질문을 불러왔어요. 고쳐서 보내 주세요.|Edit your last question and send it.
logged_in|{name}님으로 로그인했어요. 이제 모든 업무를 물어보실 수 있어요.|Logged in as {name}: ask about everything.
renewed|시간이 지나 대화를 새로 시작했어요.|A new conversation was started.
login_again|로그인 시간이 지났어요. 다시 로그인하시면 이어서 도와드릴게요.|Your login has expired. Log in again.
sending|보내는 중|Sending
thinking|엘비가 답을 찾고 있어요|Elbi is looking for an answer
failed|보내지 못했어요|Not sent
retry|다시 보내기|Send again
wait|요청이 많아 {n}초 뒤에 다시 보내요|Sent again in {n} seconds
offline|인터넷 연결이 끊겼어요. 연결되면 이어서 보낼게요.|You are offline. Sent when you are back.
trouble|불러올 수 없어요. 잠시 후 다시 시도해 주세요.|Cannot be loaded. Please try again in a moment.
gone|이 안내는 지금은 볼 수 없는 내용이에요.|This answer can no longer be seen.
again|다시 시도|Try again`;

export function strings(lang) {
  const rows = TABLE.trim().split('\n').map((line) => line.split('|'));
  return Object.fromEntries(rows.map(([name, korean, english]) => [name, lang === 'en' ? english : korean]));
}
