# A simulator on a port: npx klingkit-mock
api="${KLINGKIT_BASE_URL:-http://127.0.0.1:4600}"

# The first answer is lost after the task was created and charged.
curl -s "$api/__mock/rules" -d '{"prefer": "fault=reset-after-accept", "times": 1}'
curl -s "$api/kling/v1/videos/text2video" -H "Authorization: Bearer anything" \
  -d '{"model_name": "kling-v3", "prompt": "A boat on a lake", "external_task_id": "shot-1"}' || echo "no answer"

# It is there nevertheless, and a minute later it is done.
curl -s "$api/__mock/clock" -d '{"advance": 60000}'
curl -s "$api/kling/v1/videos/text2video/shot-1" -H "Authorization: Bearer anything"
curl -s "$api/__mock/ledger"
